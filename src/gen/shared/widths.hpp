// widths: "500x5" and "1024-4096-1024", how layers are written in a SPEC.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sparsio {

/// Neurons per layer, at least two layers, each 1 to 2^26 neurons. Parts may be mixed: "784-300x3-10". BadInput at
/// `place`.
std::vector<uint32_t> parse_widths(std::string_view text, const std::string& place);

/// Unsupported in the name of `kind` where a layer between neighbouring `widths`, of whose possible connections the
/// part `density` is there, has 2^32 connections or more.
void check_layers_fit(const std::vector<uint32_t>& widths, double density, std::string_view kind);

/// The same without the answer, for an option.
void check_widths(const std::string& text, const std::string& place);

}  // namespace sparsio
