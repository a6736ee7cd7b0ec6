using System.Globalization;
using ImageStorage.AspNetCore.Tests.Hosting;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.AspNetCore.Tests.Reading;

/// <summary>GET and HEAD as RFC 9110 and RFC 9111 have them, by raw socket. E is the current ETag, D its time, and 1000 the length.</summary>
internal sealed class ReadingTests
{
    private const string Past = "Wed, 04 Mar 2026 05:06:06 GMT";
    private const string Future = "Wed, 04 Mar 2026 05:06:08 GMT";
    private const string Modified = "Wed, 04 Mar 2026 05:06:07 GMT";
    private readonly byte[] _image = SampleImages.OfLength(1000);
    private ImageServer _server = null!;
    private ImageInfo _info = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await ImageServer.StartAsync();
        _info = await _server.Images.SaveBytesAsync("cats/tom.png", _image);
        await _server.Images.SaveBytesAsync("ünï cödé/100%.png", _image);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Get_returns_the_image_with_its_headers()
    {
        var response = await _server.SendAsync("GET", "/images/cats/tom.png");

        Assert.That((response.Status, response.Body), Is.EqualTo((200, _image)));
        Assert.That(HeadersOf(response), Is.EqualTo(ExpectedHeaders()));
    }

    [Test]
    public async Task Head_returns_the_same_headers_without_the_bytes()
    {
        var response = await _server.SendAsync("HEAD", "/images/cats/tom.png");

        Assert.That((response.Status, response.Body), Is.EqualTo((200, Array.Empty<byte>())));
        Assert.That(HeadersOf(response), Is.EqualTo(ExpectedHeaders()));
    }

    // method, headers, status, calls of the provider.
    [TestCase("GET", "", 200, "OpenRead")]
    [TestCase("HEAD", "", 200, "GetInfo")]
    [TestCase("GET", "If-None-Match: \"E\"", 304, "GetInfo")]
    [TestCase("HEAD", "If-None-Match: \"E\"", 304, "GetInfo")]
    [TestCase("GET", "If-None-Match: W/\"E\"", 304, "GetInfo")]
    [TestCase("GET", "If-None-Match: \"a\", \"E\", \"b\"", 304, "GetInfo")]
    [TestCase("GET", "If-None-Match: \"a\"|If-None-Match: \"E\"", 304, "GetInfo")]
    [TestCase("GET", "If-None-Match: *", 304, "GetInfo")]
    [TestCase("GET", "If-None-Match: \"a\"", 200, "GetInfo,OpenRead")]
    [TestCase("HEAD", "If-None-Match: \"a\"", 200, "GetInfo")]
    [TestCase("GET", "If-None-Match: \"a\"|If-Modified-Since: D", 200, "GetInfo,OpenRead")]
    [TestCase("GET", "If-Modified-Since: D", 304, "GetInfo")]
    [TestCase("GET", "If-Modified-Since: +", 304, "GetInfo")]
    [TestCase("GET", "If-Modified-Since: -", 200, "GetInfo,OpenRead")]
    [TestCase("GET", "If-Modified-Since: yesterday", 200, "GetInfo,OpenRead")]
    [TestCase("GET", "If-Match: \"E\"", 200, "GetInfo,OpenRead")]
    [TestCase("GET", "If-Match: *", 200, "GetInfo,OpenRead")]
    [TestCase("GET", "If-Match: \"a\"", 412, "GetInfo")]
    [TestCase("GET", "If-Match: W/\"E\"", 412, "GetInfo")]
    [TestCase("GET", "If-Match: \"E\"|If-None-Match: \"E\"", 304, "GetInfo")]
    [TestCase("GET", "If-Unmodified-Since: D", 200, "GetInfo,OpenRead")]
    [TestCase("GET", "If-Unmodified-Since: -", 412, "GetInfo")]
    [TestCase("GET", "If-Match: \"E\"|If-Unmodified-Since: -", 200, "GetInfo,OpenRead")]
    [TestCase("GET", "If-None-Match: E", 400, "GetInfo")]
    [TestCase("GET", "If-Match: *, \"E\"", 400, "GetInfo")]
    public async Task Condition_has_its_status_and_its_cost(string method, string headers, int status, string calls)
    {
        _server.Calls.Take();
        var response = await _server.SendAsync(method, "/images/cats/tom.png", Sent(headers));

        Assert.That((response.Status, string.Join(',', _server.Calls.Take())), Is.EqualTo((status, calls)), response.Text);
        Assert.That(response.Body.Length, Is.EqualTo(method == "GET" && status == 200 ? 1000 : response.Problem.Length > 0 ? response.Body.Length : 0));
        Assert.That(response["ETag"], Is.EqualTo(status is 200 or 304 ? $"\"{_info.ETag}\"" : string.Empty));
    }

    // headers, status, Content-Range, first byte, number of bytes.
    [TestCase("Range: bytes=0-9", 206, "bytes 0-9/1000", 0, 10)]
    [TestCase("Range: BYTES=0-9", 206, "bytes 0-9/1000", 0, 10)]
    [TestCase("Range: bytes= 0-9 ", 206, "bytes 0-9/1000", 0, 10)]
    [TestCase("Range: bytes=0-0", 206, "bytes 0-0/1000", 0, 1)]
    [TestCase("Range: bytes=0-", 206, "bytes 0-999/1000", 0, 1000)]
    [TestCase("Range: bytes=990-", 206, "bytes 990-999/1000", 990, 10)]
    [TestCase("Range: bytes=990-5000", 206, "bytes 990-999/1000", 990, 10)]
    [TestCase("Range: bytes=0-9223372036854775807", 206, "bytes 0-999/1000", 0, 1000)]
    [TestCase("Range: bytes=0-99999999999999999999999", 206, "bytes 0-999/1000", 0, 1000)]
    [TestCase("Range: bytes=-10", 206, "bytes 990-999/1000", 990, 10)]
    [TestCase("Range: bytes=-5000", 206, "bytes 0-999/1000", 0, 1000)]
    [TestCase("Range: bytes=-99999999999999999999999", 206, "bytes 0-999/1000", 0, 1000)]
    [TestCase("Range: bytes=-0", 416, "bytes */1000", 0, 0)]
    [TestCase("Range: bytes=1000-", 416, "bytes */1000", 0, 0)]
    [TestCase("Range: bytes=1000-1001", 416, "bytes */1000", 0, 0)]
    [TestCase("Range: bytes=99999999999999999999999-", 416, "bytes */1000", 0, 0)]
    [TestCase("Range: bytes=9-0", 200, "", 0, 1000)]
    [TestCase("Range: bytes=--5", 200, "", 0, 1000)]
    [TestCase("Range: bytes=-", 200, "", 0, 1000)]
    [TestCase("Range: bytes=a-b", 200, "", 0, 1000)]
    [TestCase("Range: bytes=+1-2", 200, "", 0, 1000)]
    [TestCase("Range: bytes=1", 200, "", 0, 1000)]
    [TestCase("Range: bytes=0-1,3-4", 200, "", 0, 1000)]
    [TestCase("Range: bytes=0-1|Range: bytes=3-4", 200, "", 0, 1000)]
    [TestCase("Range: items=0-1", 200, "", 0, 1000)]
    [TestCase("Range: bytes=0-9|If-Range: \"E\"", 206, "bytes 0-9/1000", 0, 10)]
    [TestCase("Range: bytes=0-9|If-Range: D", 206, "bytes 0-9/1000", 0, 10)]
    [TestCase("Range: bytes=0-9|If-Range: \"old\"", 200, "", 0, 1000)]
    [TestCase("Range: bytes=0-9|If-Range: W/\"E\"", 200, "", 0, 1000)]
    [TestCase("Range: bytes=0-9|If-Range: -", 200, "", 0, 1000)]
    [TestCase("Range: bytes=0-9|If-Range: +", 200, "", 0, 1000)]
    [TestCase("Range: bytes=5000-|If-Range: \"old\"", 200, "", 0, 1000)]
    [TestCase("Range: bytes=5000-|If-Range: \"E\"", 416, "bytes */1000", 0, 0)]
    [TestCase("Range: bytes=0-9|If-None-Match: \"E\"", 304, "", 0, 0)]
    [TestCase("Range: bytes=0-9|If-None-Match: \"a\"", 206, "bytes 0-9/1000", 0, 10)]
    [TestCase("Range: bytes=0-9|If-Match: \"a\"", 412, "", 0, 0)]
    public async Task Range_has_its_status_and_its_bytes(string headers, int status, string contentRange, int first, int count)
    {
        var response = await _server.SendAsync("GET", "/images/cats/tom.png", Sent(headers));

        Assert.That((response.Status, response["Content-Range"]), Is.EqualTo((status, contentRange)));
        Assert.That(status is 200 or 206 ? response.Body : [], Is.EqualTo(_image[first..(first + count)]));
        Assert.That(response.Problem, Is.EqualTo(status switch { 416 => "range-not-satisfiable", 412 => "condition-failed", _ => string.Empty }));
    }

    [Test]
    public async Task Head_ignores_a_range()
    {
        var response = await _server.SendAsync("HEAD", "/images/cats/tom.png", "Range: bytes=0-9");

        Assert.That((response.Status, response["Content-Length"], response["Content-Range"]), Is.EqualTo((200, "1000", string.Empty)));
    }

    [Test]
    public async Task Response_304_has_the_validators_and_no_description_of_bytes()
    {
        var response = await _server.SendAsync("GET", "/images/cats/tom.png", $"If-None-Match: \"{_info.ETag}\"");

        Assert.That((response["ETag"], response["Last-Modified"], response["Cache-Control"]), Is.EqualTo(($"\"{_info.ETag}\"", Modified, "public, no-cache")));
        Assert.That((response["Content-Type"], response["Content-Length"], response["Accept-Ranges"]), Is.EqualTo((string.Empty, string.Empty, string.Empty)));
    }

    [TestCase("POST", 405)]
    [TestCase("PUT", 405)]
    [TestCase("DELETE", 405)]
    [TestCase("OPTIONS", 405)]
    [TestCase("PATCH", 405)]
    [TestCase("TRACE", 405)]
    [TestCase("BREW", 405)]
    [TestCase("get", 405)]
    [TestCase("head", 405)]
    public async Task Method_that_is_not_allowed_is_405_with_those_that_are(string method, int status)
    {
        _server.Calls.Take();
        var response = await _server.SendAsync(method, "/images/cats/tom.png", method is "POST" or "PUT" ? _image : null);

        Assert.That((response.Status, response["Allow"], response.Problem), Is.EqualTo((status, "GET, HEAD", "method-not-allowed")));
        Assert.That(_server.Calls.Take(), Is.Empty);
    }

    [Test]
    public async Task Missing_image_is_404_with_a_problem_and_is_never_cached([Values("GET", "HEAD")] string method, [Values("", "If-Match: *", "If-None-Match: \"a\"", "Range: bytes=0-1")] string header)
    {
        var response = await _server.SendAsync(method, "/images/cats/none.png", Sent(header));

        Assert.That((response.Status, response["Content-Type"], response["Cache-Control"], response["X-Content-Type-Options"]), Is.EqualTo((404, "application/problem+json", "no-store", "nosniff")));
        Assert.That(response.Problem, Is.EqualTo(method == "HEAD" ? string.Empty : "not-found"));
    }

    [Test]
    public async Task Image_that_is_replaced_between_record_and_open_is_sent_whole_or_refused()
    {
        await using var server = await ImageServer.StartAsync();
        var old = await server.Images.SaveBytesAsync("a.png", SampleImages.OfLength(1000, seed: 1));
        var next = SampleImages.OfLength(500, seed: 2);
        server.Calls.Fault = call =>
        {
            if (call is { Operation: ProviderOperation.GetInfo, HasTakenEffect: true })
            {
                server.Calls.Fault = null;
                server.Images.SaveBytesAsync("a.png", next).GetAwaiter().GetResult();
            }

            return null;
        };

        var replaced = server.Calls.Fault;
        var ranged = await server.SendAsync("GET", "/images/a.png", "Range: bytes=0-9", $"If-Range: \"{old.ETag}\"");
        old = (await server.Images.GetInfoAsync("a.png"))!;
        server.Calls.Fault = replaced;
        next = SampleImages.OfLength(600, seed: 3);
        var matched = await server.SendAsync("GET", "/images/a.png", $"If-Match: \"{old.ETag}\"");

        Assert.That((ranged.Status, ranged.Body), Is.EqualTo((200, SampleImages.OfLength(500, seed: 2))));
        Assert.That(matched.Status, Is.EqualTo(412));
    }

    private string[] Sent(string headers) => headers.Length == 0 ? [] : [.. headers.Split('|').Select(header =>
    {
        var (name, value) = (header[..header.IndexOf(':', StringComparison.Ordinal)], header[(header.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        value = value.Trim() switch { "D" => Modified, "+" => Future, "-" => Past, _ => value.Replace("\"E\"", $"\"{_info.ETag}\"", StringComparison.Ordinal) };
        return $"{name}: {(value.Trim() == "E" ? _info.ETag.Value : value)}";
    })];

    private string ExpectedHeaders() => string.Join('\n',
    [
        "Accept-Ranges: bytes", "Cache-Control: public, no-cache", "Connection: close", "Content-Length: 1000", "Content-Security-Policy: default-src 'none'", "Content-Type: image/png",
        $"ETag: \"{_info.ETag}\"", $"Last-Modified: {Modified}", "X-Content-Type-Options: nosniff",
    ]);

    private static string HeadersOf(RawResponse response)
    {
        Assert.That(DateTimeOffset.TryParseExact(response["Date"], "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out _), Is.True);
        return string.Join('\n', response.Headers.Where(header => header.Key != "Date").Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal));
    }
}
