#include "CHepMC3.h"

#include <zlib.h>
#include <zstd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace {

void say(char *message, size_t capacity, const char *text) {
  if (message != nullptr && capacity > 0) snprintf(message, capacity, "%s", text);
}

}  // namespace

struct HepMCInput {
  FILE *file = nullptr;        // plain and zstd
  gzFile gzip = nullptr;       // gzip
  ZSTD_DStream *zstd = nullptr;
  std::vector<char> compressed;
  std::vector<char> memory;    // bytes that are no file
  ZSTD_inBuffer pending{nullptr, 0, 0};
  bool frameOpen = false;      // inside a zstd frame: the end of the file would be a truncation

  ~HepMCInput() {
    if (zstd != nullptr) ZSTD_freeDStream(zstd);
    if (gzip != nullptr) gzclose(gzip);
    if (file != nullptr) fclose(file);
  }

  ptrdiff_t readGzip(char *bytes, size_t length, char *message, size_t capacity) {
    int read = gzread(gzip, bytes, static_cast<unsigned>(length));
    int code = Z_OK;
    const char *text = gzerror(gzip, &code);
    // What could be decompressed before the damage is handed out first.
    if (read < 0 || (read == 0 && code == Z_BUF_ERROR)) {
      // zlib names a file cut short "unexpected end of file" behind its own path; give the reason alone.
      say(message, capacity, code == Z_BUF_ERROR ? "the gzip stream is cut short" : code == Z_ERRNO ? strerror(errno) : text);
      return -1;
    }
    return read;
  }

  ptrdiff_t readZstd(char *bytes, size_t length, char *message, size_t capacity) {
    ZSTD_outBuffer output{bytes, length, 0};
    while (output.pos == 0) {
      if (pending.pos == pending.size) {
        size_t read = fread(compressed.data(), 1, compressed.size(), file);
        if (read == 0) {
          if (ferror(file)) { say(message, capacity, strerror(errno)); return -1; }
          if (frameOpen) { say(message, capacity, "the zstd stream is cut short"); return -1; }
          return 0;
        }
        pending = {compressed.data(), read, 0};
      }
      size_t left = ZSTD_decompressStream(zstd, &output, &pending);
      if (ZSTD_isError(left)) { say(message, capacity, ZSTD_getErrorName(left)); return -1; }
      frameOpen = left != 0;
    }
    return static_cast<ptrdiff_t>(output.pos);
  }
};

namespace {

// Looks at the first bytes of the open file and prepares for what they announce.
bool prepare(HepMCInput &input, const char *path, char *message, size_t capacity) {
  unsigned char magic[4] = {0, 0, 0, 0};
  size_t length = fread(magic, 1, sizeof magic, input.file);
  if (length == 0 && ferror(input.file)) { say(message, capacity, strerror(errno)); return false; }
  const unsigned char zstdMagic[4] = {0x28, 0xb5, 0x2f, 0xfd};
  if (path != nullptr && length >= 2 && magic[0] == 0x1f && magic[1] == 0x8b) {
    fclose(input.file);
    input.file = nullptr;
    input.gzip = gzopen(path, "rb");
    if (input.gzip == nullptr) { say(message, capacity, "cannot be opened as gzip"); return false; }
    gzbuffer(input.gzip, 1 << 18);
    return true;
  }
  if (fseek(input.file, 0, SEEK_SET) != 0) { say(message, capacity, strerror(errno)); return false; }
  if (length == 4 && memcmp(magic, zstdMagic, 4) == 0) {
    input.zstd = ZSTD_createDStream();
    if (input.zstd == nullptr) { say(message, capacity, "no memory for zstd"); return false; }
    input.compressed.resize(ZSTD_DStreamInSize());
  }
  return true;
}

}  // namespace

HepMCInput *hepmcInputOpen(const char *path, char *message, size_t capacity) try {
  std::unique_ptr<HepMCInput> input(new HepMCInput);
  input->file = fopen(path, "rb");
  if (input->file == nullptr) { say(message, capacity, strerror(errno)); return nullptr; }
  return prepare(*input, path, message, capacity) ? input.release() : nullptr;
} catch (...) {
  say(message, capacity, "no memory");
  return nullptr;
}

HepMCInput *hepmcInputOpenBytes(const void *bytes, size_t length, char *message, size_t capacity) try {
  std::unique_ptr<HepMCInput> input(new HepMCInput);
  input->memory.assign(static_cast<const char *>(bytes), static_cast<const char *>(bytes) + length);
  // fmemopen refuses to open nothing.
  if (input->memory.empty()) input->memory.push_back('\n');
  input->file = fmemopen(input->memory.data(), input->memory.size(), "rb");
  if (input->file == nullptr) { say(message, capacity, strerror(errno)); return nullptr; }
  return prepare(*input, nullptr, message, capacity) ? input.release() : nullptr;
} catch (...) {
  say(message, capacity, "no memory");
  return nullptr;
}

ptrdiff_t hepmcInputRead(HepMCInput *input, char *bytes, size_t length, char *message, size_t capacity) {
  if (length == 0) return 0;
  if (input->gzip != nullptr) return input->readGzip(bytes, length, message, capacity);
  if (input->zstd != nullptr) return input->readZstd(bytes, length, message, capacity);
  size_t read = fread(bytes, 1, length, input->file);
  if (read == 0 && ferror(input->file)) { say(message, capacity, strerror(errno)); return -1; }
  return static_cast<ptrdiff_t>(read);
}

void hepmcInputClose(HepMCInput *input) { delete input; }
