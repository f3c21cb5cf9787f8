import Foundation
import SignalMonitor

/// The folder of search channels: one YAML file each.
struct ChannelFiles {
  let folder: URL

  /// The folder given on the command line, or `Menus/channels` here or beside the build.
  init(folder: String?) throws {
    if let folder {
      self.folder = URL(filePath: folder)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
        throw ChannelFolderMissing(path: folder)
      }
      guard isFolder.boolValue else { throw ChannelFolderWrong(path: folder, found: "is not a folder") }
      guard !names.isEmpty else { throw ChannelFolderWrong(path: folder, found: "holds no channel file (.yaml)") }
      return
    }
    let here = URL(filePath: FileManager.default.currentDirectoryPath)
    // The executable of a build lies in .build/<configuration> of the project.
    let project = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let candidates = [here, project, project.deletingLastPathComponent()].map { $0.appending(path: "Menus/channels") }
    guard let found = candidates.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
      throw ChannelFolderMissing(path: candidates[0].path)
    }
    self.folder = found
  }

  /// Names of the channels in the folder, in alphabetical order.
  var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }

  /// Reads a channel by name, or by path if the name has a slash or ends with `.yaml`.
  func channel(_ name: String) throws -> SearchChannel {
    let isPath = name.contains("/") || name.hasSuffix(".yaml")
    let file = isPath ? URL(filePath: name) : folder.appending(path: "\(name).yaml")
    if !isPath && !names.contains(name) { throw ChannelUnknown(name: name, folder: folder.path, known: names) }
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw ChannelUnreadable(file: file.path, reason: error.localizedDescription)
    }
    return try SearchChannel(yaml: text, file: isPath ? name : file.path)
  }

  /// Every channel of the folder.
  func all() throws -> [SearchChannel] { try names.map(channel) }
}

/// There is no folder of channels.
struct ChannelFolderMissing: Error, CustomStringConvertible {
  let path: String
  var description: String { "\(path): no such folder; --channels names the folder of channel files" }
}

/// What should be a folder of channels is none.
struct ChannelFolderWrong: Error, CustomStringConvertible {
  let path: String
  let found: String
  var description: String { "\(path): \(found); --channels names the folder of channel files" }
}

/// There is no channel of a name.
struct ChannelUnknown: Error, CustomStringConvertible {
  let name: String
  let folder: String
  let known: [String]
  var description: String {
    "no channel '\(name)' in \(folder); known channels: \(known.isEmpty ? "none" : known.joined(separator: ", "))"
  }
}

/// A channel file cannot be read.
struct ChannelUnreadable: Error, CustomStringConvertible {
  let file: String
  let reason: String
  var description: String { "\(file): cannot be read: \(reason)" }
}
