using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ImageStorage.Testing;

namespace ImageStorage.Samples.Tests;

/// <summary>samples/WebApi, which the README shows, by real HTTP.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class WebApiTests
{
    private readonly byte[] _image = SampleImages.OfLength(300_000);
    private string _folder = string.Empty;
    private WebApiServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _folder = Directory.CreateTempSubdirectory("imagestorage-web-").FullName;
        _server = await WebApiServer.StartAsync(_folder);
        Assert.That(await StatusOfAsync(_server.PutAsync("/images/cats/tom.png", _image)), Is.EqualTo(200));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Put_answers_what_was_stored()
    {
        using var response = await _server.PutAsync("/images/a.png", SampleImages.Png(40, 30));
        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((json.GetProperty("key").GetString(), json.GetProperty("width").GetInt32()), Is.EqualTo(("a.png", 40)));
        Assert.That(json.GetProperty("etag").GetString(), Is.Not.Empty);
    }

    [TestCase("application/octet-stream")]
    [TestCase("image/png")]
    [TestCase("image/x-png")]
    public async Task Put_with_a_type_that_does_not_contradict_the_bytes_is_stored(string type)
    {
        Assert.That(await StatusOfAsync(_server.SendAsync(HttpMethod.Put, "/images/typed.png", _image, type)), Is.EqualTo(200));
    }

    [Test]
    public async Task Get_answers_the_image_with_its_validators()
    {
        using var response = await _server.GetAsync("/images/cats/tom.png");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(_image));
        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo("image/png"));
        Assert.That(response.Headers.ETag!.IsWeak, Is.False);
        Assert.That(response.Content.Headers.LastModified, Is.Not.Null);
        Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
    }

    [Test]
    public async Task Head_answers_the_headers_alone()
    {
        using var response = await _server.SendAsync(HttpMethod.Head, "/images/cats/tom.png");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((response.Content.Headers.ContentLength, response.Content.Headers.ContentType!.ToString()), Is.EqualTo((300_000L, "image/png")));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    [TestCase("bytes=0-9", 0, 10)]
    [TestCase("bytes=299990-", 299_990, 10)]
    [TestCase("bytes=-5", 299_995, 5)]
    public async Task Get_range_answers_these_bytes(string range, int offset, int length)
    {
        using var response = await _server.GetAsync("/images/cats/tom.png", ("Range", range));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.EqualTo(_image[offset..(offset + length)]));
        Assert.That(response.Content.Headers.ContentRange!.ToString(), Is.EqualTo($"bytes {offset}-{offset + length - 1}/300000"));
    }

    [Test]
    public async Task Get_range_past_the_end_is_416() =>
        Assert.That(await StatusOfAsync(_server.GetAsync("/images/cats/tom.png", ("Range", "bytes=300000-"))), Is.EqualTo(416));

    [Test]
    public async Task Get_with_the_version_at_hand_is_304_and_another_version_is_200()
    {
        using var first = await _server.GetAsync("/images/cats/tom.png");
        var (etag, modified) = (first.Headers.ETag!.ToString(), first.Content.Headers.LastModified!.Value.ToString("R"));

        using var same = await _server.GetAsync("/images/cats/tom.png", ("If-None-Match", etag));
        Assert.That(same.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
        Assert.That(await same.Content.ReadAsByteArrayAsync(), Is.Empty);
        Assert.That(await StatusOfAsync(_server.SendAsync(HttpMethod.Head, "/images/cats/tom.png", headers: ("If-None-Match", etag))), Is.EqualTo(304));
        Assert.That(await StatusOfAsync(_server.GetAsync("/images/cats/tom.png", ("If-Modified-Since", modified))), Is.EqualTo(304));
        Assert.That(await StatusOfAsync(_server.GetAsync("/images/cats/tom.png", ("If-None-Match", "\"other\""))), Is.EqualTo(200));
        Assert.That(await StatusOfAsync(_server.GetAsync("/images/cats/tom.png", ("Range", "bytes=0-9"), ("If-Range", etag))), Is.EqualTo(206));
        Assert.That(await StatusOfAsync(_server.GetAsync("/images/cats/tom.png", ("Range", "bytes=0-9"), ("If-Range", "\"other\""))), Is.EqualTo(200));
    }

    [Test]
    public async Task Put_with_a_precondition_that_does_not_hold_is_412_and_keeps_the_image()
    {
        using var first = await _server.PutAsync("/images/conditional.png", SampleImages.Png(seed: 1), ("If-None-Match", "*"));
        var etag = JsonDocument.Parse(await first.Content.ReadAsStringAsync()).RootElement.GetProperty("etag").GetString();

        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StatusOfAsync(_server.PutAsync("/images/conditional.png", SampleImages.Png(seed: 2), ("If-None-Match", "*"))), Is.EqualTo(412));
        Assert.That(await StatusOfAsync(_server.PutAsync("/images/conditional.png", SampleImages.Png(seed: 3), ("If-Match", "\"other\""))), Is.EqualTo(412));
        Assert.That(await StatusOfAsync(_server.PutAsync("/images/conditional.png", SampleImages.Png(seed: 4), ("If-Match", "two words"))), Is.EqualTo(400));
        using var kept = await _server.GetAsync("/images/conditional.png");
        Assert.That(await kept.Content.ReadAsByteArrayAsync(), Is.EqualTo(SampleImages.Png(seed: 1)));
        Assert.That(await StatusOfAsync(_server.PutAsync("/images/conditional.png", SampleImages.Png(seed: 5), ("If-Match", $"\"{etag}\""))), Is.EqualTo(200));
    }

    // E is the current ETag.
    [TestCase("PUT", "If-Match: *", 200, 412)]
    [TestCase("PUT", "If-Match: \"other\", \"E\"", 200, 412)]
    [TestCase("PUT", "If-Match: \"other\"|If-Match: \"E\"", 200, 412)]
    [TestCase("PUT", "If-Match: \"other\", \"another\"", 412, 412)]
    [TestCase("PUT", "If-Match: W/\"E\"", 412, 412)]
    [TestCase("PUT", "If-Match: \"E\"|If-None-Match: *", 412, 412)]
    [TestCase("PUT", "If-Match: \"E\"|If-None-Match: \"other\"", 200, 412)]
    [TestCase("PUT", "If-None-Match: *", 412, 200)]
    [TestCase("PUT", "If-None-Match: \"E\"", 412, 200)]
    [TestCase("PUT", "If-None-Match: W/\"E\"", 412, 200)]
    [TestCase("PUT", "If-None-Match: \"other\"", 200, 200)]
    [TestCase("PUT", "If-Match: E", 400, 400)]
    [TestCase("PUT", "If-Match: *, \"E\"", 400, 400)]
    [TestCase("PUT", "If-None-Match: two words", 400, 400)]
    [TestCase("DELETE", "If-Match: *", 204, 412)]
    [TestCase("DELETE", "If-Match: \"E\"", 204, 412)]
    [TestCase("DELETE", "If-Match: \"other\"", 412, 412)]
    [TestCase("DELETE", "If-Match: W/\"E\"", 412, 412)]
    [TestCase("DELETE", "If-None-Match: *", 412, 404)]
    [TestCase("DELETE", "If-Match: E", 400, 400)]
    public async Task Write_heeds_every_form_of_precondition(string method, string headers, int onExisting, int onMissing)
    {
        await StatusOfAsync(_server.SendAsync(HttpMethod.Delete, "/images/precondition.png"));
        using var first = await _server.PutAsync("/images/precondition.png", SampleImages.Png(seed: 1));
        var etag = JsonDocument.Parse(await first.Content.ReadAsStringAsync()).RootElement.GetProperty("etag").GetString();
        var sent = headers.Split('|').Select(header => header.Split(": ")).Select(header => (header[0], header[1].Replace("E", etag, StringComparison.Ordinal))).ToArray();

        var existing = await StatusOfAsync(WriteAsync());
        var isKept = await StatusOfAsync(_server.GetAsync("/images/precondition.png", ("If-None-Match", $"\"{etag}\""))) == 304;
        await StatusOfAsync(_server.SendAsync(HttpMethod.Delete, "/images/precondition.png"));
        var missing = await StatusOfAsync(WriteAsync());

        Assert.That((existing, isKept, missing), Is.EqualTo((onExisting, onExisting >= 400, onMissing)));

        Task<HttpResponseMessage> WriteAsync() => _server.SendAsync(new HttpMethod(method), "/images/precondition.png", method == "PUT" ? SampleImages.Png(seed: 2) : null, headers: sent);
    }

    [TestCase("GET", "/images/a/")]
    [TestCase("PUT", "/images/a//b")]
    [TestCase("DELETE", "/images/.imagestorage/format.json")]
    [TestCase("PUT", "/images/")]
    public async Task Refused_key_is_400_with_the_reason(string method, string path) =>
        Assert.That(await ProblemOfAsync(_server.SendAsync(new HttpMethod(method), path, method == "PUT" ? _image : null)), Is.EqualTo((400, true)));

    [Test]
    public async Task Delete_is_204_then_404()
    {
        await StatusOfAsync(_server.PutAsync("/images/short-lived.png", SampleImages.Png()));

        Assert.That(await StatusOfAsync(_server.SendAsync(HttpMethod.Delete, "/images/short-lived.png")), Is.EqualTo(204));
        Assert.That(await StatusOfAsync(_server.SendAsync(HttpMethod.Delete, "/images/short-lived.png")), Is.EqualTo(404));
        Assert.That(await StatusOfAsync(_server.GetAsync("/images/short-lived.png")), Is.EqualTo(404));
    }

    [TestCase("copy", 200)]
    [TestCase("move", 404)]
    public async Task Copy_and_move_answer_what_was_stored_and_heed_the_target(string verb, int sourceAfter)
    {
        await StatusOfAsync(_server.PutAsync("/images/source.png", SampleImages.Png(seed: 1)));
        await StatusOfAsync(_server.PutAsync("/images/taken.png", SampleImages.Png(seed: 2)));
        await StatusOfAsync(_server.SendAsync(HttpMethod.Delete, "/images/targets/new.png"));

        Assert.That(await StatusOfAsync(_server.SendAsync(HttpMethod.Post, $"/{verb}/source.png?to=taken.png", headers: ("If-None-Match", "*"))), Is.EqualTo(412));
        using var response = await _server.SendAsync(HttpMethod.Post, $"/{verb}/source.png?to=targets/new.png", headers: ("If-None-Match", "*"));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("key").GetString(), Is.EqualTo("targets/new.png"));
        using var copy = await _server.GetAsync("/images/targets/new.png");
        Assert.That(await copy.Content.ReadAsByteArrayAsync(), Is.EqualTo(SampleImages.Png(seed: 1)));
        Assert.That(await StatusOfAsync(_server.GetAsync("/images/source.png")), Is.EqualTo(sourceAfter));
    }

    [TestCase("/copy/nothing.png?to=b.png", 404)]
    [TestCase("/move/nothing.png?to=b.png", 404)]
    [TestCase("/copy/cats/tom.png", 400)]
    [TestCase("/copy/cats/tom.png?to=", 400)]
    [TestCase("/move/cats/tom.png?to=a//b", 400)]
    [TestCase("/move/cats/tom.png?to=cats/tom.png", 400)]
    public async Task Copy_or_move_that_cannot_be_done_has_its_status(string path, int status) =>
        Assert.That(await StatusOfAsync(_server.SendAsync(HttpMethod.Post, path)), Is.EqualTo(status));

    [TestCase("GET", "/images/nothing.png", 404)]
    [TestCase("HEAD", "/images/nothing.png", 404)]
    [TestCase("GET", "/images/a/", 400)]
    [TestCase("GET", "/images/a//b", 400)]
    [TestCase("GET", "/images/", 400)]
    [TestCase("GET", "/images/a%5Cb", 400)]
    [TestCase("GET", "/images/a%00b", 400)]
    [TestCase("GET", "/images/.imagestorage/format.json", 400)]
    [TestCase("GET", "/images/%2e%2e/secret", 404)]
    [TestCase("POST", "/images/a.png", 405)]
    [TestCase("OPTIONS", "/images/a.png", 405)]
    public async Task Request_that_names_no_image_has_its_status_and_a_problem_document(string method, string path, int status)
    {
        using var response = await _server.SendAsync(new HttpMethod(method), path);

        Assert.That((int)response.StatusCode, Is.EqualTo(status));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo(method == "HEAD" || path.Contains("%00", StringComparison.Ordinal) ? response.Content.Headers.ContentType?.MediaType : "application/problem+json"));
    }

    [TestCase("PUT", "/images/a/")]
    [TestCase("DELETE", "/images/a//b")]
    public async Task Write_of_a_bad_key_is_400_also_in_development(string method, string path)
    {
        var folder = Directory.CreateTempSubdirectory("imagestorage-web-").FullName;
        try
        {
            await using var development = await WebApiServer.StartAsync(folder, "Development");

            Assert.That(await StatusOfAsync(_server.SendAsync(new HttpMethod(method), path, _image)), Is.EqualTo(400));
            Assert.That(await StatusOfAsync(development.SendAsync(new HttpMethod(method), path, _image)), Is.EqualTo(400));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Put_of_what_is_no_image_says_why_and_stores_nothing()
    {
        var text = "only text"u8.ToArray();

        Assert.That(await ProblemOfAsync(_server.PutAsync("/images/refused", text)), Is.EqualTo((415, true)));
        Assert.That(await ProblemOfAsync(_server.SendAsync(HttpMethod.Put, "/images/refused", _image, "image/jpeg")), Is.EqualTo((415, true)));
        Assert.That(await ProblemOfAsync(_server.PutAsync("/images/refused", SampleImages.Png()[..20])), Is.EqualTo((400, true)));
        Assert.That(await ProblemOfAsync(_server.PutAsync("/images/refused", [])), Is.EqualTo((400, true)));
        Assert.That(await ProblemOfAsync(_server.PutAsync("/images/refused", SampleImages.PngClaiming(20_000, 20_000))), Is.EqualTo((400, true)));
        Assert.That(await StatusOfAsync(_server.GetAsync("/images/refused")), Is.EqualTo(404));
    }

    [Test]
    public async Task Put_over_the_limit_is_413_with_a_length_and_without_one()
    {
        var large = SampleImages.OfLength((50 << 20) + 1);

        // What ends the connection before all is sent may show as a failed send; the status must come first all the same.
        Assert.That(await RawPutAsync($"Content-Length: {large.Length}", large), Does.StartWith("HTTP/1.1 413 "));
        Assert.That(await RawPutAsync("Transfer-Encoding: chunked", [.. Encoding.ASCII.GetBytes($"{large.Length:x}\r\n"), .. large, .. "\r\n0\r\n\r\n"u8]), Does.StartWith("HTTP/1.1 413 "));
        Assert.That(await StatusOfAsync(_server.GetAsync("/images/large.png")), Is.EqualTo(404));
    }

    [Test]
    public async Task Store_that_cannot_be_used_is_503()
    {
        var folder = Directory.CreateTempSubdirectory("imagestorage-web-").FullName;
        try
        {
            await using var server = await WebApiServer.StartAsync(folder);
            Directory.CreateDirectory(Path.Join(folder, "data"));
            await File.WriteAllTextAsync(Path.Join(folder, "data", "images"), "a file where the store should be");

            using var response = await server.PutAsync("/images/a.png", _image);
            var body = await response.Content.ReadAsStringAsync();

            Assert.That((int)response.StatusCode, Is.EqualTo(503));
            Assert.That(body, Does.Not.Contain(folder).And.Not.Contain("detail\":\""), "what is wrong with the server is for its log");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    [Platform(Include = "Linux", Reason = "A small file system is mounted.")]
    public async Task Put_into_a_full_store_is_507()
    {
        var folder = Directory.CreateTempSubdirectory("imagestorage-web-").FullName;
        Assume.That(Run("mount", "-t", "tmpfs", "-o", "size=200k", "imagestorage", folder), Is.True, "mounting needs root");
        try
        {
            await using var server = await WebApiServer.StartAsync(folder);

            Assert.That(await StatusOfAsync(server.PutAsync("/images/a.png", _image)), Is.EqualTo(507));
            Assert.That(await StatusOfAsync(server.PutAsync("/images/small.png", SampleImages.Png())), Is.EqualTo(200));
        }
        finally
        {
            Run("umount", folder);
            Directory.Delete(folder);
        }
    }

    private async Task<string> RawPutAsync(string header, byte[] body)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_server.Address.Host, _server.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"PUT /images/large.png HTTP/1.1\r\nHost: {_server.Address.Authority}\r\nConnection: close\r\n{header}\r\n\r\n"));
        var reading = ReadFirstLineAsync(stream);
        try
        {
            await stream.WriteAsync(body);
        }
        catch (IOException)
        {
            // The server has answered and closed the connection.
        }

        return await reading;
    }

    private static async Task<string> ReadFirstLineAsync(NetworkStream stream)
    {
        var buffer = new byte[1024];
        var length = await stream.ReadAtLeastAsync(buffer, 15, throwOnEndOfStream: false);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    private static async Task<int> StatusOfAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        return (int)response.StatusCode;
    }

    /// <summary>The status, and whether the body is a problem document that says what is wrong.</summary>
    private static async Task<(int Status, bool HasDetail)> ProblemOfAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return ((int)response.StatusCode, json.TryGetProperty("detail", out var detail) && detail.GetString() is { Length: > 0 });
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
