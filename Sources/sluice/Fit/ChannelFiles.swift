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
      guard !files.isEmpty else { throw ChannelFolderWrong(path: folder, found: "holds no channel file (.yaml)") }
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

  /// The channel files of the folder, in alphabetical order.
  private var files: [URL] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.sorted().map { folder.appending(path: $0) }
  }

  /// Reads a channel by name, or by path if the name has a slash or ends with `.yaml`. A file of several channels is
  /// followed by `#` and the name of one: `searches.yaml#low`.
  func channel(_ name: String) throws -> SearchChannel {
    let parts = name.split(separator: "#", maxSplits: 1).map(String.init)
    guard let path = parts.first, path.contains("/") || path.hasSuffix(".yaml") else {
      let known = try all()
      guard let found = known.first(where: { $0.name == name }) else {
        throw ChannelUnknown(name: name, folder: folder.path, known: known.map(\.name))
      }
      return found
    }
    let channels = try Self.read(URL(filePath: path), named: path)
    if parts.count == 1, channels.count == 1 { return channels[0] }
    guard parts.count == 2, let found = channels.first(where: { $0.name == parts[1] }) else {
      throw ChannelUnknown(name: name, folder: path, known: channels.map { "\(path)#\($0.name)" })
    }
    return found
  }

  /// Every channel of the folder.
  func all() throws -> [SearchChannel] {
    var channels: [SearchChannel] = []
    for file in files {
      for channel in try Self.read(file, named: file.path) {
        guard !channels.contains(where: { $0.name == channel.name }) else {
          throw ChannelTwice(name: channel.name, file: file.path)
        }
        channels.append(channel)
      }
    }
    return channels
  }

  private static func read(_ file: URL, named name: String) throws -> [SearchChannel] {
    let text: String
    do {
      text = try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw ChannelUnreadable(file: file.path, reason: error.localizedDescription)
    }
    return try SearchChannel.read(yaml: text, file: name) { attachment in
      do {
        let path = file.deletingLastPathComponent().appending(path: attachment)
        return .success(try String(contentsOf: path, encoding: .utf8))
      } catch {
        return .failure(AttachmentProblem(error.localizedDescription))
      }
    }
  }
}

/// Two files of a folder have a channel of one name.
struct ChannelTwice: Error, CustomStringConvertible {
  let name: String
  let file: String
  var description: String { "\(file): the channel '\(name)' stands in another file of the folder already" }
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
