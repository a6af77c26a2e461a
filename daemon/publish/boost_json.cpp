// Boost.JSON's definitions, compiled here and nowhere else: Debian's Boost is used by its headers only.
#include <boost/json/src.hpp>
