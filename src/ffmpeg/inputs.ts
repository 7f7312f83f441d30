/** Keeps ffmpeg to the one file that it was given: no network, and no format that names other files (playlists, lists, scripts, devices). */

/** Demuxers of ffmpeg 4.1 and 5.1 that read sound out of nothing but their own file; others are refused. Left out above all: hls, dash, concat, imf, image2, sdp, rtsp, mlv, avisynth, vapoursynth, lavfi. */
const selfContained = [
  '3dostr 4xm aa aac ac3 ace acm act adp ads adx aea afc aiff aix alaw alp amr amrnb amrwb ape apm aptx aptx_hd argo_asf argo_brp asf asf_o ast au av1 avi avr avs avs2 avs3',
  'bethsoftvid bfi bfstm bink binka bit boa brstm c93 caf cavsvideo cine codec2 cdxl dcstr dhav dfpwm dirac dnxhd dsf dsicin dss dts dtshd dv dxa ea eac3 epaf',
  'film_cpk flac flic flv fsb fwse g722 g723_1 g726 g726le g729 genh gif gsm gxf h261 h263 h264 hca hcom hevc hnm iff ifv ilbc ingenient ipmovie ipu ircam iss ivf ivr jv kux kvag',
  'libgme libopenmpt live_flv lmlm4 loas luodat lvf lxf m4v mca matroska webm mjpeg mgsts mlp mm mmf mods moflex mov mp4 mp3 mpc mpc8 mpeg mpegts mpegtsraw mpegvideo msf msnwctcp msp mtaf mtv mulaw musx mv mvi mxf mxg',
  'nc nistsphere nsp nsv nut nuv ogg oma osq paf pmp pp_bnk psxstr pva pvf qcp r3d rl2 rm roq rpl rsd rso s337m sbc sdr2 sds sdx ser sga shn siff simbiosis_imx sln smjpeg smk smush sol sox spdif svag svs swf',
  'tak thp tiertexseq tmv truehd tta ty usm vag vc1 vc1test vividas vivo vmd voc vpk vqf w64 wady wav wavarc wc3movie wsaud wsd wsvqa wtv wv wve xa xmd xmv xvag xwma yop',
  'apng bmp_pipe gif_pipe ico jpeg_pipe jpegxl_pipe png_pipe tiff_pipe tty webp_pipe', // pictures and text: so that the message can say what the file is
].flatMap((line) => line.split(' '));

const protocols = ['-protocol_whitelist', 'file,pipe'];

/** `args` with every input limited. An input whose format is told with -f is taken to be that format, whatever it holds. */
export function guardInputs(args: readonly string[]): string[] {
  let isTold = false;
  return args.flatMap((word) => {
    if (word === '-f') isTold = true;
    if (word !== '-i') return [word];
    const limits = isTold ? protocols : [...protocols, '-format_whitelist', selfContained.join(',')];
    isTold = false;
    return [...limits, word];
  });
}

/** Why ffmpeg refused, when it was for `guardInputs`: from the lines it printed. */
export function refusedFormat(log: string): string | undefined {
  const name = /\[([\w,]+) @ [^\]]*\] Format not on whitelist/.exec(log)?.[1]?.split(',')[0];
  if (name === undefined) return undefined;
  return lists.has(name) ? `its format, ${name}, names other files or addresses, and those are never opened` : `its format, ${name}, is none for sound`;
}

/** Those whose whole point it is to name others, for the message alone. */
const lists = new Set(['hls', 'dash', 'concat', 'imf', 'sdp', 'rtsp', 'image2', 'webm_dash_manifest', 'vobsub', 'avisynth', 'vapoursynth']);
