// order_by_key: where a plan wants a connection, so that an order is made by sorting.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "net/order.hpp"

namespace sparsio {

struct Place {
  uint64_t key;  // as the plan has it: stage, turn within it, source
  uint32_t connection;
};

/// By key, connections of equal keys as the network stores them.
inline Order order_of(std::vector<Place> places) {
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return a.key != b.key ? a.key < b.key : a.connection < b.connection;
  });
  std::vector<uint32_t> connection;
  connection.reserve(places.size());
  for (const Place& place : places) connection.push_back(place.connection);
  return Order(std::move(connection));
}

}  // namespace sparsio
