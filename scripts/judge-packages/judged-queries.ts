/**
 * What people search for in Debian 12 (main, amd64), and the packages that somebody who knows them would accept. Judged
 * by hand, from the packages' descriptions and not from what any search finds.
 */

export const queryClasses = ["exact", "prefix", "typo", "intent", "terms"] as const;
export type QueryClass = (typeof queryClasses)[number];

export interface JudgedQuery {
  class: QueryClass;
  q: string;
  accepted: readonly string[];
}

/** A line each: what is typed, `=`, and what is accepted. */
const judged: Readonly<Record<QueryClass, string>> = {
  exact: `
    mc = mc
    0ad = 0ad
    r-base = r-base
    g++-12 = g++-12
    libstdc++6 = libstdc++6
    python3 = python3
    vim = vim
    git = git
    curl = curl
    nginx = nginx
    apache2 = apache2
    gcc = gcc
    make = make
    htop = htop
    tmux = tmux
    docker.io = docker.io
    postgresql = postgresql
    nodejs = nodejs
    ffmpeg = ffmpeg
    zlib1g-dev = zlib1g-dev
    build-essential = build-essential
    openssh-server = openssh-server
    ca-certificates = ca-certificates
    libssl-dev = libssl-dev
    gimp = gimp
    jq = jq
    at = at
    Vim = vim
    LibreOffice = libreoffice
    golang = golang, golang-go
    pkg-config = pkg-config, pkgconf
    awk = mawk, gawk, original-awk
    www-browser = firefox-esr, chromium, w3m, lynx, elinks, links2, epiphany-browser, konqueror, falkon
    c-compiler = gcc, clang, tcc, gcc-12, clang-14
    mail-transport-agent = postfix, exim4, exim4-daemon-light, sendmail-bin, opensmtpd, msmtp-mta
    default-mta = exim4-daemon-light
  `,
  prefix: `
    postgres = postgresql, postgresql-15
    openjdk = openjdk-17-jdk, openjdk-17-jre, openjdk-17-jdk-headless, openjdk-17-jre-headless
    firefox = firefox-esr
    thunderb = thunderbird
    libreoff = libreoffice
    inksc = inkscape
    kubern = kubernetes-client, kubecolor
    wiresh = wireshark
    virtual = virtualenv, virt-manager, virtualenvwrapper, virtualjaguar
    gnome-term = gnome-terminal
    openssh = openssh-server, openssh-client
    mariadb-ser = mariadb-server, mariadb-server-core
    default-j = default-jdk, default-jre
    linux-headers-am = linux-headers-amd64
    libcurl4-op = libcurl4-openssl-dev
    python3-req = python3-requests
    php-my = php-mysql
    texlive-la = texlive-latex-base, texlive-latex-extra, texlive-latex-recommended, texlive-lang-all
    clang-for = clang-format, clang-format-14
    docker-c = docker-compose
    systemd-res = systemd-resolved
    network-man = network-manager, network-manager-gnome
    blend = blender
    audac = audacity, audacious
    neov = neovim
    memca = memcached
    rabbitmq = rabbitmq-server
    ansib = ansible, ansible-core
    libboost-al = libboost-all-dev
    fonts-dej = fonts-dejavu, fonts-dejavu-core
    rust = rustc, rust-all
    prometh = prometheus
  `,
  typo: `
    ngnix = nginx
    fierfox = firefox-esr
    pyhton3 = python3
    apahce2 = apache2
    postgersql = postgresql
    gti = git
    wirehsark = wireshark
    chromuim = chromium
    libreofice = libreoffice
    inkscap = inkscape
    thunderbrid = thunderbird
    dokcer.io = docker.io
    ffmepg = ffmpeg
    blander = blender
    emcas = emacs
    neovmi = neovim
    mariabd-server = mariadb-server
    redsi = redis
    ansibel = ansible
    audcity = audacity
    openssh-sever = openssh-server
    build-essental = build-essential
    cmkae = cmake
    gimpp = gimp
    htpo = htop
    screeen = screen
    rsycn = rsync
    imagemagik = imagemagick
    nodjes = nodejs
    python3-requets = python3-requests
    libssl-dve = libssl-dev
    virt-manger = virt-manager
  `,
  intent: `
    pdf viewer = evince, okular, zathura, xpdf, mupdf, atril, qpdfview, gv, zathura-pdf-poppler, qpdfview-pdf-poppler-plugin, apvlv, viewpdf.app, pqiv
    image editor = gimp, krita, kolourpaint, mtpaint, showfoto, rawtherapee, drawing, gthumb, inkscape, tuxpaint, photoflare, lazpaint-qt5
    web server = nginx, apache2, lighttpd, caddy, micro-httpd, webfs, yaws, mini-httpd, nginx-light, nginx-full, nginx-core, ngircd, h2o, busybox, merecat, uwsgi
    compress files = gzip, bzip2, xz-utils, zip, p7zip, p7zip-full, zstd, lzip, lzop, brotli, pigz, lz4, pbzip2, lbzip2, arj, ncompress, plzip, xarchiver, file-roller, ark, engrampa, zpaq, lrzip, pixz, zopfli, kgb, lzma, advancecomp
    screen recorder = simplescreenrecorder, obs-studio, recordmydesktop, vokoscreen-ng, kazam, peek, wf-recorder, byzanz, gnome-screenshot, asciinema
    ssh server = openssh-server, dropbear, dropbear-bin, tinysshd, lsh-server, ssh
    text editor = nano, vim, gedit, kate, emacs, mousepad, pluma, geany, joe, jed, ne, micro, kwrite, featherpad, l3afpad, scite, neovim, gnome-text-editor, tilde, nedit, mg, jedit, juffed, bluefish
    c++ compiler = g++, clang, g++-12, clang-14, build-essential, gcc, g++-11
    mysql client = mariadb-client, default-mysql-client, mariadb-client-core, mycli
    video player = vlc, mpv, totem, mplayer, dragonplayer, smplayer, parole, celluloid, kaffeine, xine-ui, ffmpeg, haruna, kodi, vlc-bin, vlc-plugin-base, mpg123, qmmp, deepin-movie
    music player = rhythmbox, audacious, clementine, strawberry, mpd, cmus, elisa, quodlibet, sayonara, lollypop, moc, juk, qmmp, gnome-music, pragha, mpg123, pithos, vlc, cantata
    web browser = firefox-esr, chromium, epiphany-browser, falkon, konqueror, dillo, w3m, lynx, links, links2, elinks, netsurf-gtk, qutebrowser, surf, luakit, edbrowse, angelfish
    email client = thunderbird, evolution, claws-mail, kmail, mutt, sylpheed, geary, neomutt, alpine, balsa, aerc, nmh, mailutils, alot, s-nail, bsd-mailx, im, astroid
    file manager = nautilus, dolphin, thunar, pcmanfm, nemo, caja, mc, ranger, nnn, vifm, krusader, pcmanfm-qt, doublecmd-gtk, doublecmd-qt, lf, xfe, spacefm, rox-filer, konqueror, worker, gnome-commander, lfm, 4pane, filezilla, clex
    spreadsheet = gnumeric, libreoffice-calc, sc, calligrasheets, libreoffice, xlsx2csv
    disk usage = ncdu, baobab, duc, gdu, filelight, gt5, qdirstat, durep, agedu, k4dirstat, gdmap, dfc, pydf, duff, discus, xfce4-fsguard-plugin, mate-utils
    firewall = ufw, firewalld, iptables, nftables, shorewall, gufw, ferm, arno-iptables-firewall, firehol, fwbuilder, opensnitch, apf-firewall, firewall-config, shorewall6, fwlogwatch, uruk, plasma-firewall
    password manager = keepassxc, pass, keepass2, gopass, seahorse, kpcli, pwman3, gnome-passwordsafe, secrets, qtpass, revelation, passwordsafe, password-gorilla, keepassx, kwalletmanager, assword, cpm, elpa-pass, impass, gringotts, upass
    torrent client = transmission, transmission-gtk, qbittorrent, deluge, rtorrent, ktorrent, aria2, transmission-cli, ctorrent, qbittorrent-nox, transmission-qt, transmission-daemon, mktorrent, btfs
    photo manager = digikam, shotwell, darktable, gthumb, geeqie, rapid-photo-downloader, fotoxx, gnome-photos, kphotoalbum, photocollage, showfoto, rawtherapee
    terminal emulator = gnome-terminal, xterm, konsole, xfce4-terminal, terminator, alacritty, kitty, lxterminal, rxvt-unicode, stterm, tilix, qterminal, mate-terminal, guake, tilda, sakura, terminology, foot, yakuake, mlterm, cool-retro-term, eterm, deepin-terminal, zutty, pterm, termit
    backup = borgbackup, restic, duplicity, rsnapshot, deja-dup, bacula, amanda-server, backuppc, timeshift, backintime-qt, rdiff-backup, bup, burp, borgmatic, backup-manager, backupninja, kup-backup, vorta, grsync, luckybackup, dirvish, bacula-director, backintime-common, amanda-client, storebackup, bacula-client, bacula-server, backup2l, autopostgresqlbackup, automysqlbackup, slbackup, dar, fsarchiver, btrbk, snapraid
    ftp server = vsftpd, proftpd-core, pure-ftpd, ftpd, proftpd-basic, inetutils-ftpd, ftpd-ssl, pure-ftpd-common, python3-pyftpdlib, atftpd, tftpd-hpa
    dns server = bind9, unbound, dnsmasq, knot, nsd, pdns-server, knot-resolver, pdns-recursor, bind9-dnsutils, tinydns, rbldnsd, gdnsd, yadifa, dnsmasq-base, dnsdist
    mail server = postfix, exim4, dovecot-core, opensmtpd, courier-mta, sendmail, dovecot-imapd, cyrus-imapd, exim4-base, sendmail-bin, exim4-daemon-heavy, exim4-daemon-light, dma, esmtp, nullmailer, courier-imap, dovecot-pop3d
    vpn = openvpn, wireguard, strongswan, openconnect, tinc, vpnc, network-manager-openvpn, openfortivpn, libreswan, wireguard-tools, fastd, n2n, network-manager-openvpn-gnome, network-manager-vpnc, l2tpns, xl2tpd, quicktun, sshuttle, ocserv, gvpe, iodine, vtun, vpnc-scripts, riseup-vpn, pptp-linux, network-manager-fortisslvpn, network-manager-openconnect, mssh, network-manager-l2tp, network-manager-strongswan, ike-scan
    chess = gnome-chess, stockfish, xboard, pychess, gnuchess, dreamchess, knights, scid, glaurung, chessx, phalanx, 3dchess, eboard, toga2, fairymax, hoichess, chess.app, sjeng, polyglot, pgn-extract, uci2wb, xfrisk
    virtual machine = qemu-system, virt-manager, gnome-boxes, libvirt-daemon-system, qemu-system-x86, libvirt-daemon, aqemu, virtinst, qemu-utils, vagrant, virt-viewer, libvirt-clients, bochs, simh, guestfs-tools, virt-what, xen-system-amd64, cloud-init, libguestfs-tools
    bittorrent = transmission, transmission-gtk, qbittorrent, deluge, rtorrent, ktorrent, transmission-cli, transmission-daemon, aria2, ctorrent, transmission-qt, qbittorrent-nox, mktorrent, transmission-common, deluge-gtk, opentracker, buildtorrent, libtorrent-rasterbar2.0
    calculator = gnome-calculator, kcalc, galculator, qalculate-gtk, bc, dc, speedcrunch, mate-calc, qalc, calc, apcalc, wcalc, tilem, deepin-calculator, gcalcli, genius, concalc, orpie, kalgebra, libqalculate-data, lxqt, deal, emacs-calfw, x11-apps, grpn, free42-nologo, gnome-genius
    ocr = tesseract-ocr, gocr, ocrad, ocrmypdf, ocrfeeder, lios, tesseract-ocr-eng, gimagereader, yagf, gscan2pdf, pdfsandwich, paperwork-gtk, paperwork-backend
    antivirus = clamav, clamtk, clamav-daemon, rkhunter, chkrootkit, clamav-freshclam, clamsmtp, c-icap, amavisd-new, clamassassin, clamav-base, libc-icap-mod-virus-scan, clamav-milter, clamdscan, libclamav-dev
    cad = freecad, librecad, openscad, solvespace, kicad, leocad, sweethome3d, magic, tkgate, horizon-eda, xcircuit, electric, cura, pcb, netgen, gmsh, admesh, dxf2gcode, freecad-python3, calculix-cgx, pcb-rnd, cadabra2, slic3r
    load testing = apache2-utils, siege, wrk, tsung, httperf, stress, sysbench, stress-ng, slowhttptest, hey, jmeter, sipsak, nghttp2-client, dnsperf, flowgrind, python3-locust, rt-tests, goldeneye, t50, jmeter-http
  `,
  terms: `
    json parser c++ = nlohmann-json3-dev, libjsoncpp-dev, rapidjson-dev, libsimdjson-dev, libjsoncpp25, libsimdjson14, libboost-json1.81-dev, libjsonparser-dev, libjsonparser1.1, picojson-dev, libjsoncpp-doc, libyajl-dev, libyajl2
    python http library = python3-requests, python3-urllib3, python3-httplib2, python3-aiohttp, python3-httpx, python3-treq, python3-pycurl, python3-requests-toolbelt, python3-httpcore, python3-h11, python3-http-parser, python3-h2
    node js = nodejs
    midnight commander = mc
    text editor terminal = nano, vim, micro, ne, joe, emacs-nox, neovim, jed, mg, tilde, dte, le, kakoune, nvi, jupp, zile, wily, aoeui, levee, vis, e3, vim-tiny, emacs-gtk, emacs
    pdf merge = pdftk-java, qpdf, pdfarranger, pdfsam, poppler-utils, pdfchain, pdfcrack, texlive-extra-utils, ghostscript, pdftk, img2pdf, pdfcube, impressive, bookletimposer, krop, python3-pypdf2, python3-pypdf, libpdf-reuse-perl, libpdfbox-java
    git gui = git-gui, gitk, gitg, git-cola, qgit, giggle, rabbitvcs-core, tig, meld, elpa-magit, tortoisehg
    python web framework = python3-django, python3-flask, python3-bottle, python3-tornado, python3-pyramid, python3-aiohttp, python3-fastapi, python3-cherrypy3, python3-falcon, python3-starlette, python3-webpy, python3-quart, python3-twisted, python3-pecan, python3-webob
    postgres client = postgresql-client, postgresql-client-15, pgcli, postgresql-client-common, libpq-dev, libpq5, python3-psycopg2, pgtop
    docker compose = docker-compose
    kde text editor = kate, kwrite, ghostwriter, kile, kdevelop, kate5-data
    gtk image viewer = eog, gpicview, gthumb, geeqie, viewnior, mirage, ristretto, eom, pqiv, imv, qiv, gtkam, photoqt, ephoto, lximage-qt, lomiri-gallery-app, xzgv
    markdown editor = ghostwriter, retext, apostrophe, formiko, mdp, markdown, discount, elpa-markdown-mode, python3-markdown, pandoc, cherrytree, zim, libjs-simplemde
    ruby json = ruby-json, ruby-oj, ruby-multi-json, ruby-yajl, ruby-json-schema, ruby-jbuilder, ruby-jsonify
    perl xml parser = libxml-parser-perl, libxml-libxml-perl, libxml-simple-perl, libxml-sax-perl, libxml-twig-perl, libxml-parser-lite-perl, libxml-parser-lite-tree-perl, libxml-sax-expat-perl, libxml-bare-perl, libxml-sax-base-perl, libxml-descent-perl, libxml-rss-perl, libxml-tokeparser-perl
    java build tool = ant, maven, gradle, ivy, leiningen, bazel-bootstrap, jam, libmaven3-core-java, scala, kotlin, libgradle-core-java, gant, make, jarwrapper, javahelper, debhelper, maven-debian-helper
    network packet analyzer = wireshark, tcpdump, tshark, termshark, ettercap-graphical, ngrep, wireshark-qt, netsniff-ng, darkstat, dsniff, ettercap-text-only, tcpflow, tcpick, nast, etherape, sniffit, packit, tcptrace, pktstat, iptraf-ng, nfdump, chaosreader, driftnet, wireshark-common, aircrack-ng, netrw, python3-scapy
    partition editor = gparted, parted, partitionmanager, fdisk, gdisk, gnome-disk-utility, testdisk, partclone, gpart, kpartx, lvm2, partimage
    unzip rar files = unrar-free, unar, p7zip-full, file-roller, ark, xarchiver, engrampa, atool, patool, dtrx, libarchive-tools, unp, python3-rarfile, 7zip
    monitor cpu temperature = lm-sensors, psensor, xsensors, htop, s-tui, bpytop, btop, thermald, conky, glances, i7z, cpufrequtils, xfce4-sensors-plugin, sensors-applet, mate-sensors-applet, gkrellm, wmgtemp, hardinfo, gnome-shell-extension-freon, indicator-sensors, tlp, gkrellm-cpufreq, gnome-system-monitor, xosview, wmtemp, conky-all, cpu-x, wmcpuload, linux-cpupower, xfce4-cpufreq-plugin, xfce4-cpugraph-plugin, fancontrol
    download youtube videos = youtube-dl, yt-dlp, gpodder, smtube, minitube, quvi, ytcc, youtubedl-gui, cclive, mpv, ytfzf, svtplay-dl
    x11 window manager = openbox, fluxbox, i3, i3-wm, awesome, icewm, fvwm, dwm, xmonad, twm, jwm, herbstluftwm, bspwm, wmaker, blackbox, enlightenment, metacity, xfwm4, marco, spectrwm, afterstep, ratpoison, sawfish, kwin-x11, pekwm, muffin, mutter, evilwm, matchbox-window-manager, 9wm, ctwm, vtwm, lwm, notion, fvwm-crystal, flwm, subtle, windowlab, miwm, wm2, w9wm, stumpwm, cwm, fvwm3, compiz, mwm, aewm++, ukwm, lxqt, wmctrl, budgie-desktop, clfswm, libwnck-3-0, fvwm1, wmanager
    latex editor = texmaker, texstudio, kile, gummi, texworks, lyx, setzer, auctex, gedit-latex-plugin, latexila, texlive-full, emacs, vim-latexsuite, geany-plugin-latex, texlive, jabref, kbibtex, texlive-latex-base
    convert audio files = sox, soundconverter, ffmpeg, soundkonverter, lame, pacpl, audacity, flac, mp3splt, ripperx, mpg321, vorbis-tools, cuetools, twolame, libsox-fmt-all, winff, sndfile-programs, handbrake, opus-tools, shntool, soundgrain, brasero, python3-pydub, abcde, timidity, dir2ogg, audiotools, k3b, wavpack, fluidsynth, faad, dvd-slideshow, normalize-audio, wav2cdr, handbrake-cli
    rust compiler = rustc, cargo, rust-all, rust-gdb, rustc-web
    scientific plotting = gnuplot, grace, labplot, veusz, python3-matplotlib, plplot-tcl, kst, octave, gnuplot-nox, gnuplot-qt, gnuplot-x11, libplplot-dev, ploticus, mathgl, udav, r-base, plotutils, r-cran-ggplot2, python3-pyqtgraph, python3-guiqwt, libqwt-qt5-dev, asymptote, paraview, trend, pyxplot, python3-veusz, kmplot, libplplot17, libmgl-dev, libplot2c2, libplot-dev, python3-plplot, python3-seaborn, libqcustomplot-dev, genius, gri, science-viewing, science-statistics, gle-graphics, python3-plotly, plplot-doc, scilab, python3-guidata, libqwtplot3d-qt5-dev
    usb boot creator = gnome-multi-writer, syslinux, gnome-disk-utility, bootcd, live-build, grub-imageboot
    static site generator = hugo, jekyll, pelican, ikiwiki, staticsite, nanoc, chronicle, mkdocs, sphinx-common, python3-sphinx, libghc-hakyll-dev, wyrd, blosxom, lektor, ruby-jekyll-feed
    load balancer = haproxy, nginx, ipvsadm, keepalived, pen, varnish, ldirectord, pgpool2, dnsdist, octavia-api, perlbal, hitch, golang-github-vulcand-oxy-dev, octavia-common, vde2
    duplicate files finder = fdupes, rdfind, jdupes, dupeguru, rmlint, duff, perforate, findimagedupes, backuppc, hadori, duperemove, rmlint-gui, geeqie
    mp3 tag editor = easytag, kid3, puddletag, id3v2, eyed3, picard, exfalso, mp3info, id3, lltag, kid3-qt, kid3-cli, gtkguitune, mp3diags, quodlibet, entagged, id3tool, mp3rename, python3-mutagen, id3ren, libid3-tools, beets, mp3check, mp3gain, mp3blaster, kid3-core, fatsort, clementine, ncmpcpp, mp3wrap
    wifi scanner = wavemon, aircrack-ng, iw, wifi-qr, linssid, wireless-tools, wifite, horst, network-manager, iwd, reaver, mdk3, mdk4, wpagui, wpasupplicant, wmwave, wapua, bettercap, nmap
    process viewer = htop, procps, btop, bpytop, glances, gnome-system-monitor, atop, psensor, xfce4-taskmanager, lxtask, qps, psmisc, xosview, plasma-systemmonitor, hatop, mate-system-monitor, nmon, procmeter3, pgtop, kpcli, iotop, watchman, whowatch, tiptop, sysprof, lsof
  `,
};

/** All of them, class by class. */
export const judgedQueries: readonly JudgedQuery[] = queryClasses.flatMap((name) =>
  judged[name]
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const at = line.indexOf(" = ");
      const accepted = line.slice(at + 3).split(", ");
      return { class: name, q: line.slice(0, at), accepted };
    }),
);
