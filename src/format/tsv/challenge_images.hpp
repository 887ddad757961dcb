// challenge_images: inputs as a TSV file, a line `image pixel 1` for each pixel that is set.
// Lines stand in any order (the official ones by pixel, then image), so an early line may name a late image. Memory
// must follow from what the file holds, not from the largest number in it: a mebibyte of images and two more for each
// line read so far are set at once, lines of later images wait until the file has been read, and an image that is still
// beyond is refused.
#pragma once

#include <string>

#include "net/inputs.hpp"

namespace sparsio {

/// `width` pixels an image. `count` images, those without a line being all zero and lines of later ones read but not
/// kept; count = 0: up to the largest image in the file. Packed if every value is 1, else floats. BadInput at
/// "file:line": what row_reader refuses, a pixel twice, an image number out of proportion; an empty file.
Inputs read_images(const std::string& path, uint32_t width, uint64_t count);

/// By pixel, then image. Zeros have no line, so images without a pixel at the end need `count` to be read back.
void write_images(const Inputs& inputs, const std::string& path);

}  // namespace sparsio
