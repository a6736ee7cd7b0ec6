using System.Text;
using ImageStorage.AspNetCore.Tests.Hosting;
using ImageStorage.Testing;

namespace ImageStorage.AspNetCore.Tests.Writing;

/// <summary>POST of a form with one file, by raw socket. A form that is refused stores nothing, also after its first file.</summary>
internal sealed class FormTests
{
    private const int MaxLength = 100_000;
    private const string Boundary = "----b0undary";
    private static readonly byte[] Image = SampleImages.OfLength(1000);
    private ImageServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await ImageServer.StartAsync(configure: options => (options.AllowUpload, options.MaxUploadLength) = (true, MaxLength));

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        Assert.That(_server.Errors, Is.Empty);
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Form_with_one_file_is_stored_under_the_key_of_the_path()
    {
        var response = await PostAsync("/images/form.png", [Field("title", "Tom"), File("cat.png", Image, "image/png"), Field("after", "x")]);
        var info = await _server.Images.GetInfoAsync("form.png");

        Assert.That((response.Status, info?.FileName, info?.Length), Is.EqualTo((201, "cat.png", 1000L)), response.Text);
        Assert.That(response["Location"], Is.Empty);
    }

    [Test]
    public async Task Form_posted_to_the_endpoint_itself_gets_a_new_key([Values("/images", "/images/", "/%69mages")] string target)
    {
        var response = await PostAsync(target, [File("cat.png", Image)]);
        var location = response["Location"];

        Assert.That((response.Status, location), Is.EqualTo((201, location)));
        Assert.That((await _server.SendAsync("GET", location)).Body, Is.EqualTo(Image));
    }

    // The file name as the form has it, and the name that is stored; null for a refused name.
    [TestCase("filename=\"cat.png\"", "cat.png")]
    [TestCase("filename=cat.png", "cat.png")]
    [TestCase("filename=\"ünï.png\"", "ünï.png")]
    [TestCase("filename=\"a.png\"; filename*=UTF-8''%C3%BC.png", "ü.png")]
    [TestCase("filename=\"a%22b.png\"", "a%22b.png")]
    [TestCase("filename*=UTF-8''a%0D%0Ab.png", null)]
    [TestCase("filename*=UTF-8''a%00b.png", null)]
    [TestCase("filename=\"../../etc/passwd\"", null)]
    [TestCase("filename=\"C:\\\\cat.png\"", null)]
    public async Task File_name_is_stored_as_it_is_or_refused(string disposition, string? name)
    {
        await _server.Images.DeleteAsync("named.png");
        var response = await PostAsync("/images/named.png", [Part($"form-data; name=\"file\"; {disposition}", Image)]);

        Assert.That((response.Status, response.Problem), Is.EqualTo(name is null ? (400, "invalid-name") : (201, string.Empty)), response.Text);
        Assert.That((await _server.Images.GetInfoAsync("named.png"))?.FileName, Is.EqualTo(name));
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("two files", [File("a.png", Image), File("b.png", Image)], 400, "invalid-form");
        yield return Case("no file", [Field("a", "b")], 400, "invalid-form");
        yield return Case("empty form", [], 400, "invalid-form");
        yield return Case("file without a name", [Part("form-data; name=\"file\"; filename=\"\"", Image)], 400, "invalid-form");
        yield return Case("flood of fields before", [.. Fields(33), File("a.png", Image)], 400, "invalid-form");
        yield return Case("flood of fields after", [File("a.png", Image), .. Fields(33)], 400, "invalid-form");
        yield return Case("field over 64 KiB", [Field("a", new string('x', 65 << 10)), File("a.png", Image)], 400, "invalid-form");
        yield return Case("flood of headers", [Part($"form-data; name=\"file\"; filename=\"a.png\"{string.Concat(Enumerable.Range(0, 20).Select(i => $"\r\nX-{i}: y"))}", Image)], 400, "invalid-form");
        yield return Case("header over 16 KiB", [Part($"form-data; name=\"file\"; filename=\"{new string('a', 17 << 10)}\"", Image)], 400, "invalid-form");
        yield return Case("part without a disposition", [[.. "\r\n\r\n"u8, .. Image]], 400, "invalid-form");
        yield return Case("part of another kind", [Part("attachment; filename=\"a.png\"", Image)], 400, "invalid-form");
        yield return Case("empty file", [File("a.png", [])], 400, "invalid-image");
        yield return Case("text", [File("a.png", "no image"u8.ToArray())], 415, "unsupported-type");
        yield return Case("type that contradicts", [File("a.png", Image, "image/jpeg")], 415, "unsupported-type");
        yield return Case("file over the limit", [File("a.png", SampleImages.OfLength(MaxLength + 1))], 413, "too-large");
        yield return Case("form over the limit", [File("a.png", SampleImages.OfLength(MaxLength + 70_000))], 413, "too-large");

        static TestCaseData Case(string name, byte[][] parts, int status, string problem) => new TestCaseData(parts, status, problem).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Refused))]
    public async Task Form_that_is_not_one_image_is_refused_and_nothing_is_stored(byte[][] parts, int status, string problem) =>
        await AssertRefusedAsync(await PostAsync("/images/refused.png", parts), status, problem);

    [Test]
    public async Task Form_that_ends_too_early_is_400_or_499([Values(0, 40, 100, 600, 1080)] int length)
    {
        var body = Body([File("a.png", Image)]);
        byte[] request = [.. Header("/images/refused.png", body.Length), .. body[..length]];

        _server.Calls.ForgetStatuses();
        var response = await _server.ExchangeAsync(request, halfClose: true);

        // Kestrel takes a client that closes its side for a client that has gone, and mostly sends nothing.
        Assert.That((response.Status, response.Problem), Is.EqualTo((0, string.Empty)).Or.EqualTo((400, "upload-incomplete")).Or.EqualTo((400, "invalid-form")), response.Text);
        Assert.That(await _server.Calls.NextStatusAsync(), Is.EqualTo(499).Or.EqualTo(400));
        Assert.That(await _server.Images.GetInfoAsync("refused.png"), Is.Null);
    }

    [Test]
    public async Task Form_without_its_last_boundary_is_400()
    {
        var body = Body([File("a.png", Image)])[..^(Boundary.Length + 8)];

        await AssertRefusedAsync(await _server.ExchangeAsync((byte[])[.. Header("/images/refused.png", body.Length), .. body]), 400, "invalid-form");
    }

    [TestCase("image/png", 415, "unsupported-type")]
    [TestCase("application/x-www-form-urlencoded", 415, "unsupported-type")]
    [TestCase("multipart/mixed; boundary=x", 415, "unsupported-type")]
    [TestCase("multipart/form-data", 400, "invalid-form")]
    [TestCase("multipart/form-data; boundary=", 400, "invalid-form")]
    [TestCase("multipart/form-data; boundary=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhh", 400, "invalid-form")]
    [TestCase("multipart/form-data; boundary=other", 400, "invalid-form")]
    public async Task Body_that_is_no_form_is_refused(string type, int status, string problem) =>
        await AssertRefusedAsync(await _server.SendAsync("POST", "/images/refused.png", Body([File("a.png", Image)]), $"Content-Type: {type}"), status, problem);

    private async Task AssertRefusedAsync(RawResponse response, int status, string problem)
    {
        Assert.That((response.Status, response.Problem), Is.EqualTo((status, problem)), response.Text);
        Assert.That(await _server.Images.GetInfoAsync("refused.png"), Is.Null);
    }

    private Task<RawResponse> PostAsync(string target, byte[][] parts) => _server.SendAsync("POST", target, Body(parts), $"Content-Type: multipart/form-data; boundary={Boundary}");

    private static byte[] Header(string target, int length) =>
        Encoding.ASCII.GetBytes($"POST {target} HTTP/1.1\r\nHost: {ImageServer.Host}\r\nConnection: close\r\nContent-Length: {length}\r\nContent-Type: multipart/form-data; boundary={Boundary}\r\n\r\n");

    private static byte[] Body(byte[][] parts)
    {
        var body = new MemoryStream();
        foreach (var part in parts)
        {
            body.Write(Encoding.ASCII.GetBytes($"--{Boundary}\r\n"));
            body.Write(part);
            body.Write("\r\n"u8);
        }

        body.Write(Encoding.ASCII.GetBytes($"--{Boundary}--\r\n"));
        return body.ToArray();
    }

    private static byte[] File(string name, byte[] content, string? type = null) => Part($"form-data; name=\"file\"; filename=\"{name}\"{(type is null ? string.Empty : $"\r\nContent-Type: {type}")}", content);

    private static byte[] Field(string name, string value) => Part($"form-data; name=\"{name}\"", Encoding.UTF8.GetBytes(value));

    private static IEnumerable<byte[]> Fields(int count) => Enumerable.Range(0, count).Select(index => Field($"f{index}", "x"));

    private static byte[] Part(string disposition, byte[] content) => [.. Encoding.UTF8.GetBytes($"Content-Disposition: {disposition}\r\n\r\n"), .. content];
}
