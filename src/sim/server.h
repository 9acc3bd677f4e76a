// A simulated engine behind a real port: the model in real time, speaking the engine's own
// protocols over HTTP/1.1.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/protocol.h"
#include "sim/faults.h"
#include "sim/model.h"
#include "sim/profile.h"

namespace boost::asio {
class io_context;
}

namespace tt::sim {

struct ServerOptions {
  Profile profile;
  /// Whose habits and protocols; mostly profile.engine.
  engine::EngineKind engine = engine::EngineKind::kVllm;
  std::vector<std::string> models;  // names it answers to; empty: the profile's
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: the system chooses
  std::string api_key;     // empty: everybody may ask
  Faults faults;
  std::uint64_t seed = 1;
  std::string truth_path;  // empty: none is written
};

/// What `tokentrial sim` was told, as text. Empty fields take their defaults.
struct ServerFlags {
  std::string engine;   // empty: the profile's, or vllm
  std::string profile;  // a built-in name or a file; empty: the engine's default
  std::vector<std::string> models;
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;             // 0: the engine's own default port
  std::vector<std::string> settings;  // change_profile, one after another
  std::string fixed;                  // parse_fixed
  std::string faults;                 // parse_faults
  std::string truth;
  std::string api_key_env;  // a variable's name
  std::uint64_t seed = 1;
};
Result<ServerOptions> make_server_options(const ServerFlags& flags);

/// What it has done so far.
struct ServerStats {
  std::uint64_t requests = 0;      // for generation
  std::uint64_t finished = 0;      // answered to the end
  std::uint64_t refused = 0;       // answered with an error before any work
  std::uint64_t disconnected = 0;  // the client left in mid-answer
  std::uint64_t faults = 0;        // faults in mid-stream that were played
  std::uint64_t tokens = 0;        // handed to the kernel
  std::uint64_t connections = 0;   // open now
  Load load;
};

/// Lives on one io_context, which one thread runs; every call belongs to that thread. The
/// destructor stops it.
class Server {
 public:
  /// Binds and begins to accept. The io_context does the work once it is run.
  static Result<std::unique_ptr<Server>> start(boost::asio::io_context& context,
                                               ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  const ServerOptions& options() const;
  ServerStats stats() const;
  /// Closes everything and writes the truth; the io_context then runs out of work. Says whether the
  /// truth file is whole.
  Result<void> stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// A server with a thread of its own. Calls are safe from any one thread.
class ServerThread {
 public:
  static Result<std::unique_ptr<ServerThread>> start(ServerOptions options);
  ~ServerThread();
  ServerThread(const ServerThread&) = delete;
  ServerThread& operator=(const ServerThread&) = delete;

  std::uint16_t port() const;
  /// "http://127.0.0.1:PORT".
  std::string url() const;
  /// Asks the server's thread and waits for the answer; after stop(): the last state.
  ServerStats stats();
  Result<void> stop();

 private:
  struct Impl;
  explicit ServerThread(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tt::sim
