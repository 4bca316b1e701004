/**
 * The same things in four distributions: names as ROS's rosdep has them for Debian, Fedora and Arch Linux, and as Alpine
 * calls them; what each has, by upstream: `h:` headers, `pc:` pkg-config modules, `so:` libraries, `cmd:` commands, `py:`
 * Python modules. A dash: it has no such package, or it isn't known.
 */
export interface SameThing {
  debian: string;
  fedora: string;
  arch: string;
  alpine: string;
  has: readonly string[];
}

const rows = `
zlib1g-dev zlib-devel zlib zlib-dev h:zlib.h h:zconf.h pc:zlib
zlib1g zlib zlib zlib so:libz.so.1
libpng16-16 libpng libpng libpng so:libpng16.so.16
libpng-dev libpng-devel libpng libpng-dev h:png.h h:pngconf.h pc:libpng16 pc:libpng
libreadline-dev readline-devel readline readline-dev h:readline/readline.h h:readline/history.h pc:readline
libssl-dev openssl-devel openssl openssl-dev h:openssl/ssl.h h:openssl/evp.h pc:libssl pc:libcrypto pc:openssl
libx11-dev libX11-devel libx11 libx11-dev h:X11/Xlib.h h:X11/Xutil.h pc:x11
libxi-dev libXi-devel libxi libxi-dev h:X11/extensions/XInput2.h pc:xi
libxmu-dev libXmu-devel libxmu libxmu-dev h:X11/Xmu/Xmu.h pc:xmu
libxrandr-dev libXrandr-devel libxrandr libxrandr-dev h:X11/extensions/Xrandr.h pc:xrandr
libxt-dev libXt-devel libxt libxt-dev h:X11/Intrinsic.h pc:xt
libxtst-dev libXtst-devel libxtst libxtst-dev h:X11/extensions/XTest.h pc:xtst
libxext-dev libXext-devel libxext libxext-dev h:X11/extensions/Xext.h pc:xext
libxinerama-dev libXinerama-devel libxinerama libxinerama-dev h:X11/extensions/Xinerama.h pc:xinerama
libxxf86vm-dev libXxf86vm-devel libxxf86vm libxxf86vm-dev h:X11/extensions/xf86vmode.h pc:xxf86vm
libxaw7-dev libXaw-devel libxaw libxaw-dev h:X11/Xaw/Simple.h pc:xaw7
libxss1 libXScrnSaver libxss libxscrnsaver so:libXss.so.1
libxslt1-dev libxslt-devel libxslt libxslt-dev h:libxslt/xslt.h h:libexslt/exslt.h pc:libxslt
libxml2-dev libxml2-devel libxml2 libxml2-dev h:libxml2/libxml/parser.h pc:libxml-2.0
libwebp-dev libwebp-devel libwebp libwebp-dev h:webp/encode.h h:webp/decode.h pc:libwebp
liburdfdom-dev urdfdom-devel urdfdom - h:urdf_parser/urdf_parser.h pc:urdfdom
liburdfdom-headers-dev urdfdom-headers-devel urdfdom-headers - h:urdf_model/model.h pc:urdfdom_headers
libspnav-dev libspnav-devel libspnav - h:spnav.h pc:spnav
libtheora-dev libtheora-devel libtheora libtheora-dev h:theora/theora.h pc:theora
libsndfile1-dev libsndfile-devel libsndfile libsndfile-dev h:sndfile.h pc:sndfile
libraw1394-11 libraw1394 libraw1394 - so:libraw1394.so.11
libraw1394-dev libraw1394-devel libraw1394 - h:libraw1394/raw1394.h pc:libraw1394
libudev-dev systemd-devel systemd eudev-dev h:libudev.h pc:libudev
libv4l-dev libv4l-devel v4l-utils v4l-utils-dev h:libv4l1.h h:libv4l2.h pc:libv4l1 pc:libv4l2
libusb-1.0-0-dev libusb1-devel libusb libusb-dev h:libusb-1.0/libusb.h pc:libusb-1.0
libvlc-dev vlc-devel vlc vlc-dev h:vlc/vlc.h pc:libvlc
libvpx-dev libvpx-devel libvpx libvpx-dev h:vpx/vpx_codec.h pc:vpx
libuv1-dev libuv-devel libuv libuv-dev h:uv.h pc:libuv
libssh2-1-dev libssh2-devel libssh2 libssh2-dev h:libssh2.h pc:libssh2
libsvm3 libsvm libsvm libsvm so:libsvm.so.3
libsqlite3-dev sqlite-devel sqlite sqlite-dev h:sqlite3.h pc:sqlite3
libx264-dev x264-devel x264 x264-dev h:x264.h pc:x264
libqt5core5a qt5-qtbase qt5-base qt5-qtbase so:libQt5Core.so.5
libqt5svg5-dev qt5-qtsvg-devel qt5-svg qt5-qtsvg-dev h:qt5/QtSvg/qsvgrenderer.h pc:Qt5Svg
libsensors-dev lm_sensors-devel lm_sensors lm-sensors-dev h:sensors/sensors.h
libunwind-dev libunwind-devel libunwind libunwind-dev h:libunwind.h pc:libunwind
libcurl4-openssl-dev libcurl-devel curl curl-dev h:curl/curl.h pc:libcurl
libboost-system1.83.0 boost-system boost-libs boost1.83-system so:libboost_system.so.1.83.0
ninja-build ninja-build ninja samurai cmd:ninja
pkgconf pkgconf pkgconf pkgconf cmd:pkgconf
mc mc mc mc cmd:mc cmd:mcedit cmd:mcview cmd:mcdiff
graphviz graphviz graphviz graphviz cmd:dot cmd:neato cmd:fdp
imagemagick ImageMagick imagemagick imagemagick cmd:identify cmd:convert cmd:mogrify
openssh-client openssh-clients openssh openssh-client-default cmd:ssh cmd:scp cmd:ssh-add
python3-yaml python3-pyyaml python-yaml - py:yaml
python3-requests python3-requests python-requests - py:requests
python3-opencv python3-opencv python-opencv - py:cv2
python3-pil python3-pillow python-pillow - py:PIL
`;

export const sameThings: readonly SameThing[] = rows
  .trim()
  .split("\n")
  .map((row) => {
    const [debian = "", fedora = "", arch = "", alpine = "", ...has] = row.split(" ");
    return { debian, fedora, arch, alpine, has };
  });
