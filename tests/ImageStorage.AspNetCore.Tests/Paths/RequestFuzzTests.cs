using System.Diagnostics;
using System.Globalization;
using System.Text;
using ImageStorage.AspNetCore.Tests.Hosting;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ImageStorage.AspNetCore.Tests.Paths;

/// <summary>
/// Random request lines, headers and bodies over sockets. Every response has a status that a client causes (505: the version of
/// HTTP). The server logs no error, and other keys stay as they are. The long form sends 100,000 requests.
/// </summary>
internal sealed class RequestFuzzTests
{
    // A request without an end waits for a limit of the server, so many requests wait at once.
    private const int Connections = 48;
    private static readonly byte[] Image = SampleImages.Png();
    private static readonly string[] Methods = ["GET", "GET", "GET", "GET", "GET", "GET", "HEAD", "HEAD", "PUT", "PUT", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "get"];
    private static readonly string[] Keys = ["a.png", "b.png", "folder"];
    private static readonly string[] Segments = ["a.png", "a", "..", ".", "%2e%2e", "%2F", "%252F", "%5C", "\\", "%00", "%C0%AF", "%zz", "%", "", "ü", "%C3%BC", "%F0%9F%98%80", ".imagestorage", "C:", "%0D%0A", "%E2%80%AE", "+", ";x=y", "images", "open"];
    private static readonly string[] Names = ["Range", "If-Range", "If-None-Match", "If-Match", "If-Modified-Since", "If-Unmodified-Since", "Content-Type", "Content-Range", "Accept", "Origin", "Sec-Fetch-Site", "Expect", "X-Anything"];
    private static readonly string[] Valid = ["Range: bytes=0-9", "Range: bytes=-5", "Range: bytes=9999-", "If-None-Match: *", "If-Match: *", "If-Modified-Since: Wed, 04 Mar 2099 05:06:07 GMT", "If-Range: \"E\"", "Content-Type: multipart/form-data; boundary=x"];
    private static readonly string[] Values =
    [
        "bytes=0-9", "bytes=-5", "bytes=9-", "bytes=5-2", "bytes=0-1,4-5", "bytes=99999999999999999999-", "bytes=--1", "\"E\"", "W/\"E\"", "*", "\"a\", \"b\"", "\"", ",", "Wed, 04 Mar 2026 05:06:07 GMT", "Wed, 99 Mar",
        "image/png", "text/html", "multipart/form-data; boundary=x", "multipart/form-data; boundary=\"", "multipart/form-data", "bytes 0-1/2", "null", "cross-site", "100-continue", "\u00e9", string.Empty,
    ];

    [Test]
    public async Task Random_requests_never_fail_the_server()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("IMAGESTORAGE_TEST_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        await using var server = await ImageServer.StartAsync(
            configure: options => (options.AllowUpload, options.AllowDelete) = (true, true),
            host: builder => builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.Limits.RequestHeadersTimeout = kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(1);
                kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1000, TimeSpan.FromSeconds(1.1));
            }));
        var kept = await server.Images.SaveBytesAsync("kept/only.png", Image);
        var rounds = TestLength.Of(960, 100_000) / Connections;
        var started = Stopwatch.GetTimestamp();

        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(worker => SendManyAsync(server, new Random(seed + worker), rounds, seed)));

        var statuses = counts.SelectMany(pairs => pairs).GroupBy(pair => pair.Key).OrderBy(group => group.Key).Select(group => $"{group.Key}: {group.Sum(pair => pair.Value)}");
        await TestContext.Out.WriteLineAsync($"{rounds * Connections} requests in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s; {string.Join(", ", statuses)}");
        Assert.That(server.Errors, Is.Empty, $"seed {seed}");
        Assert.That((await server.Images.GetInfoAsync("kept/only.png"))?.ETag, Is.EqualTo(kept.ETag));
    }

    private static async Task<Dictionary<int, int>> SendManyAsync(ImageServer server, Random random, int rounds, int seed)
    {
        var counts = new Dictionary<int, int>();
        for (var round = 0; round < rounds; round++)
        {
            var request = Request(random);
            var response = await server.ExchangeAsync(request);
            Assert.That(response.Status is 0 or (>= 200 and < 500) or 505, Is.True, $"{response.Status} {response.Text}\nseed {seed}\n{Encoding.Latin1.GetString(request)}");
            counts[response.Status] = counts.GetValueOrDefault(response.Status) + 1;
        }

        return counts;
    }

    private static byte[] Request(Random random)
    {
        var method = Pick(random, Methods);
        var prefix = random.Next(20) == 0 ? Pick(random, ["", "/", "*", "http://h/images/", "//images/", "/images", "/%69mages/"]) : "/images/";
        var target = prefix + string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Segment(random)));
        var query = random.Next(4) == 0 ? $"?{Pick(random, Segments)}={Pick(random, Segments)}" : string.Empty;
        var head = new StringBuilder($"{method} {target}{query} HTTP/1.1\r\nHost: {ImageServer.Host}\r\nConnection: close\r\n");
        for (var header = random.Next(3); header > 0; header--)
        {
            head.Append(random.Next(2) == 0 ? Pick(random, Valid) : $"{Pick(random, Names)}: {Pick(random, Values)}").Append("\r\n");
        }

        byte[] body = method is "PUT" or "POST" || random.Next(20) == 0 ? Body(random) : [];
        head.Append(body.Length == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n")).Append("\r\n");
        byte[] request = [.. Encoding.UTF8.GetBytes(head.ToString()), .. body];
        if (random.Next(25) == 0)
        {
            // Any byte, also of the request line and of the ends of lines.
            request[random.Next(request.Length - body.Length - 4)] = (byte)random.Next(256);
        }

        return request;
    }

    // Half of all segments are those of keys, so that requests reach the store.
    private static string Segment(Random random) =>
        random.Next(2) == 0 ? Pick(random, Keys) : Pick(random, Segments) + (random.Next(4) == 0 ? Pick(random, Segments) : string.Empty);

    private static byte[] Body(Random random) => random.Next(6) switch
    {
        0 or 4 or 5 => Image,
        1 => Image[..random.Next(1, Image.Length)],
        2 => [.. Encoding.ASCII.GetBytes("--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.png\"\r\n\r\n"), .. Image, .. random.Next(2) == 0 ? "\r\n--x--\r\n"u8.ToArray() : "\r\n--x\r\n"u8.ToArray()],
        _ => [.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => (byte)random.Next(256))],
    };

    private static string Pick(Random random, string[] of) => of[random.Next(of.Length)];
}
