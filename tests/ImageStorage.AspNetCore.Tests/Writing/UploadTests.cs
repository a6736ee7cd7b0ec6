using System.Text;
using System.Text.Json;
using ImageStorage.AspNetCore.Tests.Hosting;
using ImageStorage.Testing;

namespace ImageStorage.AspNetCore.Tests.Writing;

/// <summary>PUT and DELETE, by raw socket. Every refused upload has its status and its problem, and stores nothing.</summary>
internal sealed class UploadTests
{
    private const int MaxLength = 100_000;
    private static readonly byte[] Image = SampleImages.OfLength(1000);
    private ImageServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await ImageServer.StartAsync(configure: options => (options.AllowUpload, options.AllowDelete, options.MaxUploadLength) = (true, true, MaxLength));

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        Assert.That(_server.Errors, Is.Empty);
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Put_creates_then_replaces_an_image()
    {
        var created = await _server.SendAsync("PUT", "/images/new.png", Image, "Content-Type: image/png");
        var replaced = await _server.SendAsync("PUT", "/images/new.png", SampleImages.Png(40, 30));
        var info = (await _server.Images.GetInfoAsync("new.png"))!;
        var json = JsonDocument.Parse(replaced.Body).RootElement;

        Assert.That((created.Status, replaced.Status), Is.EqualTo((201, 200)));
        Assert.That((replaced["ETag"], replaced["Content-Type"], replaced["Cache-Control"]), Is.EqualTo(($"\"{info.ETag}\"", "application/json", "no-store")));
        Assert.That((json.GetProperty("key").GetString(), json.GetProperty("contentType").GetString(), json.GetProperty("width").GetInt32(), json.GetProperty("etag").GetString()), Is.EqualTo(("new.png", "image/png", 40, info.ETag.Value)));
    }

    [Test]
    public async Task Put_in_pieces_without_a_length_is_stored()
    {
        var response = await SendChunkedAsync("/images/pieces.png", [Image[..1], Image[1..500], Image[500..]], isComplete: true);

        Assert.That((response.Status, await _server.Images.GetBytesAsync("pieces.png")), Is.EqualTo((201, Image)));
    }

    [TestCase("application/octet-stream", 201)]
    [TestCase("image/png; q=1", 201)]
    [TestCase("image/x-png", 201)]
    [TestCase("image/jpeg", 415)]
    [TestCase("text/html", 415)]
    public async Task Declared_type_must_not_contradict_the_bytes(string type, int status)
    {
        var response = await _server.SendAsync("PUT", $"/images/typed-{status}-{type.Length}.png", Image, $"Content-Type: {type}");

        Assert.That((response.Status, response.Problem), Is.EqualTo((status, status == 415 ? "unsupported-type" : string.Empty)));
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("empty", [], 400, "invalid-image");
        yield return Case("text", "no image"u8.ToArray(), 415, "unsupported-type");
        yield return Case("svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray(), 415, "unsupported-type");
        yield return Case("html", "<html><script>alert(1)</script></html>"u8.ToArray(), 415, "unsupported-type");
        yield return Case("cut short", SampleImages.Png()[..20], 400, "invalid-image");
        yield return Case("too many pixels", SampleImages.PngClaiming(20_000, 20_000), 400, "invalid-image");
        yield return Case("too long", SampleImages.OfLength(MaxLength + 1), 413, "too-large");
        yield return Case("part of an image", Image, 400, "invalid-request", "Content-Range: bytes 0-999/2000");

        static TestCaseData Case(string name, byte[] body, int status, string problem, params string[] headers) => new TestCaseData(body, status, problem, headers).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Refused))]
    public async Task Body_that_is_no_image_is_refused_and_nothing_is_stored(byte[] body, int status, string problem, string[] headers)
    {
        var response = await _server.SendAsync("PUT", "/images/refused.png", body, headers);

        await AssertRefusedAsync(response, status, problem);
    }

    [Test]
    public async Task Body_over_the_limit_in_pieces_is_413()
    {
        var large = SampleImages.OfLength(MaxLength + 1);

        await AssertRefusedAsync(await SendChunkedAsync("/images/refused.png", [large[..50_000], large[50_000..]], isComplete: true), 413, "too-large");
        Assert.That((await SendChunkedAsync("/images/largest.png", [SampleImages.OfLength(MaxLength)], isComplete: true)).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Body_that_ends_before_its_length_is_400_or_499()
    {
        byte[] request = [.. Encoding.ASCII.GetBytes($"PUT /images/refused.png HTTP/1.1\r\nHost: {ImageServer.Host}\r\nContent-Length: 1001\r\n\r\n"), .. Image];

        await AssertIncompleteAsync(() => _server.ExchangeAsync(request, halfClose: true));
    }

    [Test]
    public async Task Body_in_pieces_that_ends_before_its_last_piece_is_400_or_499() =>
        await AssertIncompleteAsync(() => SendChunkedAsync("/images/refused.png", [Image[..700]], isComplete: false));

    [Test]
    public async Task Body_with_an_invalid_piece_is_400()
    {
        byte[] request = [.. Encoding.ASCII.GetBytes($"PUT /images/refused.png HTTP/1.1\r\nHost: {ImageServer.Host}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), .. Image];

        await AssertRefusedAsync(await _server.ExchangeAsync(request), 400, "upload-incomplete");
    }

    [Test]
    public async Task Connection_that_breaks_in_the_middle_stores_nothing()
    {
        await using var server = await ImageServer.StartAsync(configure: options => options.AllowUpload = true);
        using (var socket = await server.ConnectAsync())
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes($"PUT /images/refused.png HTTP/1.1\r\nHost: {ImageServer.Host}\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n"));
            await socket.ReceiveAsync(new byte[100]);
            await socket.SendAsync(Image.AsMemory(0, 500));
            socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        }

        await server.StopAsync();
        Assert.That(await server.Images.GetInfoAsync("refused.png"), Is.Null);
        Assert.That(server.Errors, Is.Empty);
    }

    [Test]
    public async Task Upload_beyond_the_time_limit_is_408()
    {
        using var socket = await _server.ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes($"PUT /images/refused.png HTTP/1.1\r\nHost: {ImageServer.Host}\r\nConnection: close\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n"));
        var buffer = new byte[1024];
        var interim = await socket.ReceiveAsync(buffer);

        _server.Calls.ForgetStatuses();

        // The server asks for the body when the store reads from the upload, whose time runs then.
        _server.Clock.Advance(TimeSpan.FromMinutes(5));
        var response = await ImageServer.ReadResponseAsync(socket);

        Assert.That(Encoding.ASCII.GetString(buffer, 0, interim), Does.StartWith("HTTP/1.1 100 "));
        await AssertRefusedAsync(response, 408, "upload-timeout");
        Assert.That(await _server.Calls.NextStatusAsync(), Is.EqualTo(408));
    }

    [Test]
    public async Task Refused_upload_with_expectation_never_asks_for_the_body()
    {
        var request = Encoding.ASCII.GetBytes($"PUT /images/refused.png HTTP/1.1\r\nHost: {ImageServer.Host}\r\nConnection: close\r\nContent-Length: 1000\r\nExpect: 100-continue\r\nIf-Match: \"other\"\r\n\r\n");

        using var socket = await _server.ConnectAsync();
        await socket.SendAsync(request);

        Assert.That((await ImageServer.ReadResponseAsync(socket)).Status, Is.EqualTo(412));
    }

    // E is the current ETag.
    [TestCase("PUT", "If-Match: *", 200, 412)]
    [TestCase("PUT", "If-Match: \"other\", \"E\"", 200, 412)]
    [TestCase("PUT", "If-Match: \"other\"|If-Match: \"E\"", 200, 412)]
    [TestCase("PUT", "If-Match: \"other\", \"another\"", 412, 412)]
    [TestCase("PUT", "If-Match: W/\"E\"", 412, 412)]
    [TestCase("PUT", "If-Match: \"E\"|If-None-Match: *", 412, 412)]
    [TestCase("PUT", "If-Match: \"E\"|If-None-Match: \"other\"", 200, 412)]
    [TestCase("PUT", "If-None-Match: *", 412, 201)]
    [TestCase("PUT", "If-None-Match: \"E\"", 412, 201)]
    [TestCase("PUT", "If-None-Match: W/\"E\"", 412, 201)]
    [TestCase("PUT", "If-None-Match: \"other\"", 200, 201)]
    [TestCase("PUT", "If-Unmodified-Since: Wed, 04 Mar 2020 05:06:06 GMT", 412, 201)]
    [TestCase("PUT", "If-Unmodified-Since: Wed, 04 Mar 2099 05:06:06 GMT", 200, 201)]
    [TestCase("PUT", "If-Match: E", 400, 400)]
    [TestCase("PUT", "If-Match: *, \"E\"", 400, 400)]
    [TestCase("PUT", "If-None-Match: two words", 400, 400)]
    [TestCase("DELETE", "", 204, 404)]
    [TestCase("DELETE", "If-Match: *", 204, 412)]
    [TestCase("DELETE", "If-Match: \"E\"", 204, 412)]
    [TestCase("DELETE", "If-Match: \"other\"", 412, 412)]
    [TestCase("DELETE", "If-Match: W/\"E\"", 412, 412)]
    [TestCase("DELETE", "If-None-Match: *", 412, 404)]
    [TestCase("DELETE", "If-Match: E", 400, 400)]
    public async Task Write_follows_every_form_of_condition(string method, string headers, int onExisting, int onMissing)
    {
        const string Target = "/images/conditional.png";
        var first = await _server.Images.SaveBytesAsync("conditional.png", Image);
        string[] sent = headers.Length == 0 ? [] : [.. headers.Replace("E\"", $"{first.ETag}\"", StringComparison.Ordinal).Split('|')];

        var existing = await _server.SendAsync(method, Target, method == "PUT" ? SampleImages.Png() : null, sent);
        var isKept = (await _server.Images.GetInfoAsync("conditional.png"))?.ETag == first.ETag;
        await _server.Images.DeleteAsync("conditional.png");
        var missing = await _server.SendAsync(method, Target, method == "PUT" ? SampleImages.Png() : null, sent);

        Assert.That((existing.Status, isKept, missing.Status), Is.EqualTo((onExisting, onExisting >= 400, onMissing)));
        Assert.That(existing.Problem, Is.EqualTo(onExisting switch { 412 => "condition-failed", 400 => "invalid-condition", _ => string.Empty }));
    }

    [Test]
    public async Task Write_without_a_key_is_refused([Values("PUT", "DELETE")] string method, [Values("/images", "/images/")] string target) =>
        Assert.That((await _server.SendAsync(method, target, method == "PUT" ? Image : null)).Problem, Is.EqualTo("invalid-key"));

    // Kestrel takes a client that closes its side for a client that has gone, and mostly sends nothing.
    private async Task AssertIncompleteAsync(Func<Task<RawResponse>> send)
    {
        _server.Calls.ForgetStatuses();
        var response = await send();
        Assert.That((response.Status, response.Problem), Is.EqualTo((0, string.Empty)).Or.EqualTo((400, "upload-incomplete")), response.Text);
        Assert.That(await _server.Calls.NextStatusAsync(), Is.EqualTo(499).Or.EqualTo(400));
        Assert.That(await _server.Images.GetInfoAsync("refused.png"), Is.Null);
    }

    private async Task AssertRefusedAsync(RawResponse response, int status, string problem)
    {
        Assert.That((response.Status, response.Problem), Is.EqualTo((status, problem)), response.Text);
        Assert.That(JsonDocument.Parse(response.Body).RootElement.GetProperty("detail").GetString(), Is.Not.Empty);
        Assert.That(await _server.Images.GetInfoAsync("refused.png"), Is.Null);
    }

    private Task<RawResponse> SendChunkedAsync(string target, byte[][] pieces, bool isComplete)
    {
        var request = new MemoryStream();
        request.Write(Encoding.ASCII.GetBytes($"PUT {target} HTTP/1.1\r\nHost: {ImageServer.Host}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"));
        foreach (var piece in pieces)
        {
            request.Write(Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n"));
            request.Write(piece);
            request.Write("\r\n"u8);
        }

        if (isComplete)
        {
            request.Write("0\r\n\r\n"u8);
        }

        return _server.ExchangeAsync(request.ToArray(), halfClose: !isComplete);
    }
}
