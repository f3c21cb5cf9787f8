import Foundation

/// Where the texts of menu files come from: the disk, or a dictionary in tests and in memory.
public struct MenuFiles: Sendable {
  /// Largest menu file read, in bytes. The full Belle II menu is 40 kB.
  public static let sizeLimit = 1 << 20

  /// Why a file cannot be read.
  struct Failure: Error {
    let reason: String
  }

  let read: @Sendable (String) throws -> [UInt8]

  /// Files on this machine's disk.
  public static let disk = MenuFiles { path in
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw Failure(reason: "there is no such file")
    }
    if isDirectory.boolValue { throw Failure(reason: "it is a folder") }
    guard let handle = FileHandle(forReadingAtPath: path) else { throw Failure(reason: "it cannot be opened") }
    defer { try? handle.close() }
    do {
      return [UInt8](try handle.read(upToCount: sizeLimit + 1) ?? Data())
    } catch {
      throw Failure(reason: "it cannot be read")
    }
  }

  /// Texts in memory, by path.
  public static func memory(_ texts: [String: String]) -> MenuFiles {
    memory(texts.mapValues { Array($0.utf8) })
  }

  /// Bytes in memory, by path.
  public static func memory(_ contents: [String: [UInt8]]) -> MenuFiles {
    MenuFiles { path in
      guard let bytes = contents[path] else { throw Failure(reason: "there is no such file") }
      return bytes
    }
  }

  /// The path of a file named in another one, relative to it.
  static func resolve(_ path: String, from file: String) -> String {
    if path.hasPrefix("/") { return normalized(path) }
    guard let slash = file.lastIndex(of: "/") else { return normalized(path) }
    return normalized(file[...slash] + path)
  }

  /// A path without `.` and `dir/..`, so that a file has one name however it is reached.
  private static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}
