import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// What the server answers. Everything is read-only.
struct DashboardRoutes {
  let feed: LiveFeed
  let version: String

  var router: Router<BasicRequestContext> {
    let router = Router()
    router.get("/") { _, _ in
      Self.response("text/html; charset=utf-8", bytes: PackageResources.page_html)
    }
    router.get("/page.js") { _, _ in
      Self.response("text/javascript; charset=utf-8", bytes: PackageResources.page_js)
    }
    router.get("/page.css") { _, _ in
      Self.response("text/css; charset=utf-8", bytes: PackageResources.page_css)
    }
    router.get("/metrics") { [feed, version] _, _ in
      let newest = feed.newest
      return Self.response(
        "text/plain; version=0.0.4; charset=utf-8",
        RunMetrics.text(of: newest.status, busy: newest.busy, version: version))
    }
    router.get("/status.json") { [feed] _, _ in
      let message = feed.message
      return Self.response("application/json", message.isEmpty ? "{}" : message)
    }
    router.get("/history.json") { [feed] _, _ in Self.response("application/json", try feed.history()) }
    router.get("/events") { [feed] _, _ in
      guard let stream = feed.listen() else { throw HTTPError(.serviceUnavailable, message: "too many pages are open") }
      var headers = Self.headers("text/event-stream")
      headers[.connection] = "keep-alive"
      return Response(
        status: .ok, headers: headers,
        body: ResponseBody { writer in
          // An open page must not hold up the end of the run.
          for await frame in stream.cancelOnGracefulShutdown() { try await writer.write(ByteBuffer(string: frame)) }
          try await writer.finish(nil)
        })
    }
    return router
  }

  private static func response(_ type: String, _ text: String) -> Response {
    Response(status: .ok, headers: headers(type), body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  private static func response(_ type: String, bytes: [UInt8]) -> Response {
    Response(status: .ok, headers: headers(type), body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// Nothing is cached, and the page may ask nobody but this server.
  private static func headers(_ type: String) -> HTTPFields {
    var headers: HTTPFields = [.contentType: type, .cacheControl: "no-store"]
    headers[.contentSecurityPolicy] = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
    headers[.xContentTypeOptions] = "nosniff"
    return headers
  }
}
