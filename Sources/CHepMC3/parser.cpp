#include "CHepMC3.h"

#include <HepMC3/GenEvent.h>
#include <HepMC3/GenParticle.h>
#include <HepMC3/GenVertex.h>
#include <HepMC3/ReaderAscii.h>
#include <HepMC3/ReaderAsciiHepMC2.h>
#include <HepMC3/Setup.h>

#include <array>
#include <cstdio>
#include <istream>
#include <memory>
#include <streambuf>
#include <string>
#include <vector>

namespace {

// The speed of light, cm/ns: HepMC stores c t as a length.
constexpr double speedOfLight = 29.9792458;

// One event's text as a stream buffer, so that the library reads memory and never a file.
class EventText : public std::streambuf {
public:
  void assign(std::string &text) { setg(&text[0], &text[0], &text[0] + text.size()); }
};

using Position = std::array<double, 4>;

}  // namespace

struct HepMCParser {
  int version;
  EventText buffer;
  std::istream stream{&buffer};
  std::string text;
  std::unique_ptr<HepMC3::Reader> reader;

  std::vector<int32_t> pdg, mother, status;
  std::vector<double> momentum, vertex;

  explicit HepMCParser(int version) : version(version) {
    // What the library would print, the caller says with a line number.
    HepMC3::Setup::set_print_errors(false);
    HepMC3::Setup::set_print_warnings(false);
    HepMC3::Setup::set_debug_level(0);
    stream.clear();
    if (version == 2) {
      reader.reset(new HepMC3::ReaderAsciiHepMC2(stream));
    } else {
      reader.reset(new HepMC3::ReaderAscii(stream));
    }
  }

  // Fills the arrays with mothers before daughters. Returns null, or what is wrong with the graph.
  const char *flatten(const HepMC3::GenEvent &event, const Position &origin) {
    const auto &particles = event.particles();
    const auto &vertices = event.vertices();
    const double energyUnit = event.momentum_unit() == HepMC3::Units::MEV ? 1e-3 : 1;
    const double lengthUnit = event.length_unit() == HepMC3::Units::MM ? 0.1 : 1;

    pdg.clear(); mother.clear(); status.clear(); momentum.clear(); vertex.clear();
    std::vector<int> index(particles.size() + 1, -1);       // particle id -> place in the arrays
    std::vector<Position> position(vertices.size() + 1, origin);
    std::vector<size_t> waiting(vertices.size() + 1, 0);    // incoming particles not yet placed
    std::vector<int> ready;                                 // vertices all of whose mothers are placed

    auto place = [&](const HepMC3::ConstGenParticlePtr &particle, int motherIndex, const Position &at) {
      index[particle->id()] = static_cast<int>(pdg.size());
      pdg.push_back(particle->pid());
      mother.push_back(motherIndex);
      status.push_back(particle->status());
      const auto &p = particle->momentum();
      for (double component : {p.px(), p.py(), p.pz(), p.e()}) momentum.push_back(component * energyUnit);
      for (int axis = 0; axis < 3; ++axis) vertex.push_back(at[axis] * lengthUnit);
      vertex.push_back(at[3] * lengthUnit / speedOfLight);
      auto end = particle->end_vertex();
      if (end && end->id() < 0 && --waiting[-end->id()] == 0) ready.push_back(-end->id());
    };

    for (const auto &v : vertices) waiting[-v->id()] = v->particles_in().size();
    for (const auto &p : particles) {
      auto production = p->production_vertex();
      if (!production || production->id() >= 0) {
        place(p, -1, origin);
      } else if (production->particles_in().empty() && index[p->id()] < 0) {
        Position at = origin;
        if (production->has_set_position()) {
          const auto &v = production->position();
          at = {v.x(), v.y(), v.z(), v.t()};
        }
        place(p, -1, at);
      }
    }
    for (size_t next = 0; next < ready.size(); ++next) {
      const auto &v = vertices[ready[next] - 1];
      const auto &incoming = v->particles_in();
      Position at = origin;
      if (v->has_set_position()) {
        const auto &own = v->position();
        at = {own.x(), own.y(), own.z(), own.t()};
      } else {
        // A vertex without a position is where its mother was made.
        auto before = incoming.front()->production_vertex();
        if (before && before->id() < 0) at = position[-before->id()];
      }
      position[ready[next]] = at;
      const int motherIndex = index[incoming.front()->id()];
      for (const auto &p : v->particles_out()) {
        if (index[p->id()] >= 0) return "a particle has two production vertices";
        place(p, motherIndex, at);
      }
    }
    if (pdg.size() != particles.size()) return "particles are their own ancestors";
    return nullptr;
  }
};

HepMCParser *hepmcParserCreate(int version) try {
  return new HepMCParser(version);
} catch (...) {
  return nullptr;
}

int hepmcParserRead(
    HepMCParser *parser, const char *text, size_t length, HepMCEvent *result, char *message, size_t capacity) {
  try {
    // The closing line ends the event for the library without letting its stream run dry.
    parser->text.assign(text, length);
    parser->text += parser->version == 2 ? "HepMC::IO_GenEvent-END_EVENT_LISTING\n\n" : "HepMC::Asciiv3-END_EVENT_LISTING\n\n";
    parser->buffer.assign(parser->text);
    parser->stream.clear();
    HepMC3::GenEvent event(HepMC3::Units::GEV, HepMC3::Units::MM);
    if (!parser->reader->read_event(event)) {
      snprintf(message, capacity, "HepMC3 cannot read the event");
      return -1;
    }
    const auto &at = event.event_pos();
    Position position = {at.x(), at.y(), at.z(), at.t()};
    if (const char *reason = parser->flatten(event, position)) {
      snprintf(message, capacity, "%s", reason);
      return -1;
    }
    result->weight = event.weights().empty() ? 1 : event.weights().front();
    result->count = parser->pdg.size();
    result->pdg = parser->pdg.data();
    result->mother = parser->mother.data();
    result->status = parser->status.data();
    result->momentum = parser->momentum.data();
    result->vertex = parser->vertex.data();
    return 0;
  } catch (const std::exception &error) {
    snprintf(message, capacity, "HepMC3: %s", error.what());
    return -1;
  } catch (...) {
    snprintf(message, capacity, "HepMC3 failed");
    return -1;
  }
}

void hepmcParserDestroy(HepMCParser *parser) { delete parser; }
