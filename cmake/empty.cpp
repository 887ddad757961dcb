// A layer without sources in this build.
