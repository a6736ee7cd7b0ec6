using System.Diagnostics;
using System.Net;
using System.Text.Json;
using ImageStorage.Testing;

namespace ImageStorage.Samples.Tests;

/// <summary>samples/WebApi, by real HTTP on a real folder. The tests of ImageStorage.AspNetCore cover the endpoints themselves.</summary>
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
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Image_is_stored_read_and_deleted()
    {
        using var put = await _server.PutAsync("/images/cats/tom.png", _image);
        using var get = await _server.GetAsync("/images/cats/tom.png");
        using var head = await _server.SendAsync(HttpMethod.Head, "/images/cats/tom.png");
        using var part = await _server.GetAsync("/images/cats/tom.png", ("Range", "bytes=299990-"));
        var unchanged = await StatusOfAsync(_server.GetAsync("/images/cats/tom.png", ("If-None-Match", get.Headers.ETag!.ToString())));
        var deleted = await StatusOfAsync(_server.SendAsync(HttpMethod.Delete, "/images/cats/tom.png"));

        Assert.That((put.StatusCode, get.StatusCode, head.StatusCode, part.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.PartialContent)));
        Assert.That((await get.Content.ReadAsByteArrayAsync(), await part.Content.ReadAsByteArrayAsync()), Is.EqualTo((_image, _image[299_990..])));
        Assert.That((unchanged, deleted, await StatusOfAsync(_server.GetAsync("/images/cats/tom.png"))), Is.EqualTo((304, 204, 404)));
    }

    [TestCase("GET", "/images/nothing.png", 404)]
    [TestCase("GET", "/images/a//b", 400)]
    [TestCase("GET", "/images/.imagestorage/format.json", 400)]
    [TestCase("PUT", "/images/a/", 400)]
    [TestCase("PATCH", "/images/a.png", 405)]
    public async Task Refused_request_is_a_problem_also_in_development(string method, string path, int status)
    {
        var folder = Directory.CreateTempSubdirectory("imagestorage-web-").FullName;
        try
        {
            await using var development = await WebApiServer.StartAsync(folder, "Development");

            Assert.That(await ProblemOfAsync(_server.SendAsync(new HttpMethod(method), path, _image)), Is.EqualTo(status));
            Assert.That(await ProblemOfAsync(development.SendAsync(new HttpMethod(method), path, _image)), Is.EqualTo(status));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Store_that_cannot_be_used_is_503_and_names_no_folder()
    {
        var folder = Directory.CreateTempSubdirectory("imagestorage-web-").FullName;
        try
        {
            await using var server = await WebApiServer.StartAsync(folder);
            Directory.CreateDirectory(Path.Join(folder, "data"));
            await File.WriteAllTextAsync(Path.Join(folder, "data", "images"), "a file where the store should be");

            using var response = await server.PutAsync("/images/a.png", _image);

            Assert.That((int)response.StatusCode, Is.EqualTo(503));
            Assert.That(await response.Content.ReadAsStringAsync(), Does.Not.Contain(folder).And.Not.Contain("detail\":\""), "what is wrong with the server is for its log");
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
            Assert.That(await StatusOfAsync(server.PutAsync("/images/small.png", SampleImages.Png())), Is.EqualTo(201));
        }
        finally
        {
            Run("umount", folder);
            Directory.Delete(folder);
        }
    }

    private static async Task<int> StatusOfAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        return (int)response.StatusCode;
    }

    /// <summary>Returns the status, which the problem in the body has too.</summary>
    private static async Task<int> ProblemOfAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.That((json.GetProperty("status").GetInt32(), json.GetProperty("detail").GetString()), Is.EqualTo(((int)response.StatusCode, json.GetProperty("detail").GetString())));
        return (int)response.StatusCode;
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
