using System.Text;
using ImageStorage.AspNetCore.Tests.Hosting;
using ImageStorage.Testing;

namespace ImageStorage.AspNetCore.Tests.Paths;

/// <summary>
/// Targets of requests, by raw socket: a target names exactly one key or is refused. Every key of the store that a target must
/// not reach exists.
/// </summary>
internal sealed class PathTests
{
    private static readonly string[] Keys = ["a.png", "a/b.png", "a%2Fb.png", "a%252Fb.png", "ü/ü.png", "100%.png", "a b.png", "a+b.png", "a?b.png", "a#b.png", "...png", "😀.png", "images/a.png"];
    private ImageServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await ImageServer.StartAsync();
        foreach (var key in Keys)
        {
            await _server.Images.SaveBytesAsync(key, SampleImages.OfLength(100 + Array.IndexOf(Keys, key)));
        }
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [TestCase("/images/a.png", "a.png")]
    [TestCase("/IMAGES/a.png", "a.png")]
    [TestCase("/images/%61.png", "a.png")]
    [TestCase("/%69mages/a.png", "a.png")]
    [TestCase("/images/a/b.png", "a/b.png")]
    [TestCase("/images/a%252Fb.png", "a%2Fb.png")]
    [TestCase("/images/a%252fb.png", null)]
    [TestCase("/images/a%25252Fb.png", "a%252Fb.png")]
    [TestCase("/images/%C3%BC/%c3%bc.png", "ü/ü.png")]
    [TestCase("/images/100%25.png", "100%.png")]
    [TestCase("/images/a%20b.png", "a b.png")]
    [TestCase("/images/a+b.png", "a+b.png")]
    [TestCase("/images/a%2Bb.png", "a+b.png")]
    [TestCase("/images/a%3Fb.png", "a?b.png")]
    [TestCase("/images/a%23b.png", "a#b.png")]
    [TestCase("/images/...png", "...png")]
    [TestCase("/images/%F0%9F%98%80.png", "😀.png")]
    [TestCase("/images/images/a.png", "images/a.png")]
    [TestCase("/images/a.png?x=../../b&y=%2F", "a.png")]
    [TestCase("http://images.test/images/a.png", "a.png")]
    public async Task Target_names_one_key(string target, string? key)
    {
        var response = await _server.SendAsync("GET", target);

        Assert.That((response.Status, response.Body.Length), key is null ? Is.EqualTo((404, response.Body.Length)) : Is.EqualTo((200, 100 + Array.IndexOf(Keys, key))));
    }

    [TestCase("/images/a%2Fb.png", "invalid-path")]
    [TestCase("/images/a%2fb.png", "invalid-path")]
    [TestCase("/images/a%5Cb.png", "invalid-path")]
    [TestCase("/images/a%5cb.png", "invalid-path")]
    [TestCase("/images/a\\b.png", "invalid-key")]
    [TestCase("/images/../images/a.png", "invalid-path")]
    [TestCase("/images/./a.png", "invalid-path")]
    [TestCase("/images/a/../a.png", "invalid-path")]
    [TestCase("/images/a/%2e%2e/a.png", "invalid-path")]
    [TestCase("/images/a/.%2E/a.png", "invalid-path")]
    [TestCase("/x/../images/a.png", "invalid-path")]
    [TestCase("/images/%zz.png", "invalid-path")]
    [TestCase("/images/a%", "invalid-path")]
    [TestCase("/images/a%2", "invalid-path")]
    [TestCase("/images/%C0%AF", "invalid-path")]
    [TestCase("/images/%C0%AE%C0%AE/a.png", "invalid-path")]
    [TestCase("/images/%E0%80%AF", "invalid-path")]
    [TestCase("/images/%F8%80%80%80%AF", "invalid-path")]
    [TestCase("/images/%FF.png", "invalid-path")]
    [TestCase("/images/%ED%A0%80.png", "invalid-path")]
    [TestCase("/images/a/", "invalid-key")]
    [TestCase("/images//a.png", "invalid-key")]
    [TestCase("/images/a//b.png", "invalid-key")]
    [TestCase("/images/", "invalid-key")]
    [TestCase("/images", "invalid-key")]
    [TestCase("/images/%01.png", "invalid-key")]
    [TestCase("/images/%0D%0ASet-Cookie:a=b", "invalid-key")]
    [TestCase("/images/%7F.png", "invalid-key")]
    [TestCase("/images/%E2%80%AE.png", "invalid-key")]
    [TestCase("/images/u%CC%88.png", "invalid-key")]
    [TestCase("/images/C:/a.png", "invalid-key")]
    [TestCase("/images/.imagestorage/format.json", "invalid-key")]
    [TestCase("/images/.ImageStorage/format.json", "invalid-key")]
    public async Task Target_that_names_no_key_is_400_and_asks_no_store(string target, string problem)
    {
        _server.Calls.Take();
        var response = await _server.SendAsync("GET", target);

        Assert.That((response.Status, response.Problem), Is.EqualTo((400, problem)), response.Text);
        Assert.That(_server.Calls.Take(), Is.Empty);
    }

    // The server refuses these before any endpoint, without a body.
    [TestCase("/images/a%00b.png", 400)]
    [TestCase("/images/../../etc/passwd", 404)]
    [TestCase("/images/%2e%2e/secret", 404)]
    [TestCase("/..%2fimages/a.png", 404)]
    [TestCase("//images/a.png", 404)]
    [TestCase("/imagesa.png", 404)]
    [TestCase("images/a.png", 400)]
    [TestCase("*", 405)]
    [TestCase("", 400)]
    public async Task Target_outside_of_the_endpoints_reaches_no_image(string target, int status)
    {
        var response = await _server.SendAsync("GET", target);

        Assert.That((response.Status, response.Body), Is.EqualTo((status, Array.Empty<byte>())));
    }

    [Test]
    public async Task Raw_bytes_that_are_not_ascii_are_400([Values(0x80, 0xC3, 0xFF)] int value)
    {
        byte[] request = [.. "GET /images/"u8, (byte)value, .. Encoding.ASCII.GetBytes($".png HTTP/1.1\r\nHost: {ImageServer.Host}\r\nConnection: close\r\n\r\n")];

        Assert.That((await _server.ExchangeAsync(request)).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task Key_of_513_bytes_is_400_and_a_line_over_the_limit_of_the_server_is_414()
    {
        Assert.That((await _server.SendAsync("GET", $"/images/{new string('a', 513)}")).Problem, Is.EqualTo("invalid-key"));
        Assert.That((await _server.SendAsync("GET", $"/images/{new string('a', 9000)}")).Status, Is.EqualTo(414));
    }
}
