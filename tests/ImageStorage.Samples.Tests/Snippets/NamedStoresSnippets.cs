using System.Net;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/recipes/named-stores.md, and that the code does what the page says.</summary>
internal sealed class NamedStoresSnippets
{
    private TemporaryCurrentFolder _folder = null!;

    [SetUp]
    public void EnterFolder() => _folder = new TemporaryCurrentFolder();

    [TearDown]
    public void LeaveFolder() => _folder.Dispose();

    [Test]
    public async Task Named_stores_are_asked_for_by_their_key()
    {
        var services = new ServiceCollection();
        services.AddImageStorage("avatars").UseFileSystem("data/avatars").WithCache();
        services.AddImageStorage("scans").UseFileSystem("data/scans").WithValidation(validation => validation.MaxLength = 200 << 20);
        services.AddSingleton<ScanService>();
        await using var container = services.BuildServiceProvider();
        using var scan = new MemoryStream(SampleImages.Png());

        var info = await container.GetRequiredService<ScanService>().AddAsync(scan);

        Assert.That(info.Key.Value, Does.StartWith("inbox/"));
        Assert.That(container.GetRequiredKeyedService<IImageStorage>("scans").Capabilities.MaxLength, Is.EqualTo(200 << 20));
        Assert.That(container.GetRequiredKeyedService<IImageStorage>("avatars").Capabilities.MaxLength, Is.EqualTo(50 << 20));
        Assert.That(container.GetKeyedService<IImageCache>("avatars"), Is.Not.Null);
    }

    [Test]
    public async Task Endpoint_asks_for_a_named_store_by_its_key()
    {
        var builder = LoopbackApp.CreateBuilder();
        builder.Services.AddImageStorage("avatars").UseInMemory();
        await using var app = builder.Build();

        app.MapGet("/avatars/{user}", async (string user, [FromKeyedServices("avatars")] IImageStorage avatars) =>
            await avatars.GetAsync($"users/{user}") is { } image ? Results.Stream(image.Content, image.Info.ContentType) : Results.NotFound());

        using var client = await LoopbackApp.StartAsync(app);
        await app.Services.GetRequiredKeyedService<IImageStorage>("avatars").SaveBytesAsync("users/42", SampleImages.Png());
        Assert.That(await client.GetByteArrayAsync("/avatars/42"), Is.EqualTo(SampleImages.Png()));
    }

    [TestCase("image/png", HttpStatusCode.UnsupportedMediaType)]
    [TestCase("application/json", HttpStatusCode.InternalServerError)]
    public async Task Endpoint_that_writes_without_the_key_looks_for_the_store_in_the_body(string type, HttpStatusCode status)
    {
        var builder = LoopbackApp.CreateBuilder();
        builder.Services.AddImageStorage("avatars").UseInMemory();
        await using var app = builder.Build();
        app.MapPut("/avatars/{user}", (string user, IImageStorage avatars) => avatars.ExistsAsync($"users/{user}"));

        using var client = await LoopbackApp.StartAsync(app);
        using var content = new StringContent("{}");
        content.Headers.ContentType = new(type);
        using var response = await client.PutAsync("/avatars/42", content);
        Assert.That(response.StatusCode, Is.EqualTo(status));
    }

    [Test]
    public async Task Endpoint_without_the_key_fails_every_request()
    {
        var builder = LoopbackApp.CreateBuilder();
        builder.Services.AddImageStorage("avatars").UseInMemory();
        await using var app = builder.Build();
        app.MapGet("/avatars/{user}", (string user, IImageStorage avatars) => avatars.ExistsAsync($"users/{user}"));
        app.MapGet("/other", () => "other");

        using var client = await LoopbackApp.StartAsync(app);
        using var avatar = await client.GetAsync("/avatars/42");
        using var other = await client.GetAsync("/other");
        Assert.That((avatar.StatusCode, other.StatusCode), Is.EqualTo((HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError)));
    }

    [Test]
    public async Task Named_stores_are_described_by_a_section_each()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ImageStorage:Avatars:Providers:main:Type"] = "FileSystem",
            ["ImageStorage:Avatars:Providers:main:Path"] = "data/avatars",
            ["ImageStorage:Scans:Providers:main:Type"] = "FileSystem",
            ["ImageStorage:Scans:Providers:main:Path"] = "data/scans",
            ["ImageStorage:Scans:Validation:MaxLength"] = "209715200",
        }).Build();
        var services = new ServiceCollection();

        var stores = configuration.GetSection("ImageStorage");
        services.AddImageStorage("avatars", stores.GetSection("Avatars")).AddFileSystemProvider();
        services.AddImageStorage("scans", stores.GetSection("Scans")).AddFileSystemProvider();

        await using var container = services.BuildServiceProvider();
        Assert.That(container.GetRequiredKeyedService<IImageStorage>("scans").Capabilities.MaxLength, Is.EqualTo(209715200));
        Assert.That(container.GetService<IImageStorage>(), Is.Null);
    }
}

public sealed class ScanService([FromKeyedServices("scans")] IImageStorage scans)
{
    public Task<ImageInfo> AddAsync(Stream scan) => scans.SaveAsync(ImageKey.New("inbox"), scan);
}
