using System.Globalization;
using System.Security.Cryptography;
using ImageStorage.AspNetCore.Tests.Hosting;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageStorage.AspNetCore.Tests.Links;

/// <summary>Signed links, by raw socket: what a link allows, and everything that it does not allow.</summary>
internal sealed class LinkTests
{
    private const string Key = "cats/tom ü%2F.png";
    private static readonly SignedUrlKey First = new("2026-03", RandomNumberGenerator.GetBytes(32));
    private static readonly SignedUrlKey Second = new("2026-04", RandomNumberGenerator.GetBytes(32));
    private readonly byte[] _image = SampleImages.OfLength(1000);
    private ImageServer _server = null!;
    private IImageUrls _urls = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _server = await ImageServer.StartAsync(
            app =>
            {
                app.MapImages("/open", ImageAccess.Open);
                app.MapImages("/images", ImageAccess.Signed, options => (options.AllowUpload, options.AllowDelete, options.CacheFor) = (true, true, TimeSpan.FromMinutes(1)));
                app.MapGroup("/api").MapImages("/avatars", ImageAccess.Signed, options => (options.Store, options.AllowUpload) = ("avatars", true));
            },
            store =>
            {
                store.WithSignedUrls(options => options.Keys.Add(First));
                store.Services.AddImageStorage("avatars").UseInMemory().WithSignedUrls(options => options.Keys.Add(First));
            });
        _urls = _server.Services.GetRequiredService<IImageUrls>();
        await _server.Images.SaveBytesAsync(Key, _image, new SaveOptions { FileName = "tom.png" });
        await _server.Images.SaveBytesAsync("other.png", _image);
        await _server.Services.GetRequiredKeyedService<IImageStorage>("avatars").SaveBytesAsync(Key, _image);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        Assert.That(_server.Errors, Is.Empty);
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Link_reads_its_image_and_is_cached_no_longer_than_it_is_valid()
    {
        var url = await _urls.CreateAsync(Key);
        var target = url.Url.OriginalString;
        var get = await _server.SendAsync("GET", target);
        var head = await _server.SendAsync("HEAD", target);
        var part = await _server.SendAsync("GET", target, "Range: bytes=0-9");
        var brief = await SendAsync("GET", new ImageUrlOptions { ValidFor = TimeSpan.FromSeconds(20) });

        Assert.That(target, Does.StartWith("/images/cats/tom%20%C3%BC%252F.png?v=1&k=2026-03&e="));
        Assert.That((get.Status, get.Body, head.Status, part.Status), Is.EqualTo((200, _image, 200, 206)));
        Assert.That((get["Cache-Control"], brief["Cache-Control"]), Is.EqualTo(("private, max-age=60", "private, max-age=20")));
        Assert.That(get["Content-Disposition"], Is.EqualTo("inline; filename=\"tom.png\""));
        Assert.That(url.ExpiresAt - _server.Clock.GetUtcNow(), Is.InRange(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(301)));
        Assert.That(url.ToString(), Is.EqualTo($"ImageUrl (until {url.ExpiresAt:u})"));
    }

    [Test]
    public async Task Link_ends_at_its_time()
    {
        var url = await _urls.CreateAsync(Key, new ImageUrlOptions { ValidFor = TimeSpan.FromSeconds(90) });
        _server.Clock.SetUtcNow(url.ExpiresAt - TimeSpan.FromMilliseconds(1));
        var before = await _server.SendAsync("GET", url.Url.OriginalString);
        _server.Clock.SetUtcNow(url.ExpiresAt);
        var after = await _server.SendAsync("GET", url.Url.OriginalString);

        Assert.That((before.Status, after.Status, after.Problem), Is.EqualTo((200, 403, "link-expired")));
    }

    [Test]
    public async Task Link_that_is_altered_in_any_byte_is_refused_without_a_call_of_the_store()
    {
        var target = (await _urls.CreateAsync(Key, new ImageUrlOptions { DownloadName = "tom ü.png", Version = (await _server.Images.GetInfoAsync(Key))!.ETag })).Url.OriginalString;
        Assert.That((await _server.SendAsync("GET", target)).Status, Is.EqualTo(200));
        _server.Calls.Take();
        var seed = TestContext.CurrentContext.Random.Next();
        var random = new Random(seed);
        for (var index = "/images/".Length; index < target.Length; index++)
        {
            const string Others = "ABCXYZabcxyz0189-_";
            var other = Others[random.Next(Others.Length)];
            if (char.ToUpperInvariant(other) == char.ToUpperInvariant(target[index]))
            {
                // The digits of an encoded byte of the path have two forms of the same key.
                continue;
            }

            var response = await _server.SendAsync("GET", $"{target[..index]}{other}{target[(index + 1)..]}");

            // Kestrel itself refuses %00, without a body.
            Assert.That((response.Status, response.Problem), Is.AnyOf((403, "link-invalid"), (400, "invalid-path"), (400, "invalid-key"), (400, string.Empty)), $"{other} at {index} of {target}, seed {seed}");
        }

        Assert.That(_server.Calls.Take(), Is.Empty);
    }

    [Test]
    public async Task Link_with_other_parameters_is_refused()
    {
        var target = (await _urls.CreateAsync(Key)).Url.OriginalString;
        var (path, query) = (target[..target.IndexOf('?', StringComparison.Ordinal)], target[(target.IndexOf('?', StringComparison.Ordinal) + 1)..]);
        var parts = query.Split('&');
        var expires = long.Parse(parts[2][2..], CultureInfo.InvariantCulture);
        string[] others =
        [
            string.Empty, "v=1", "&", $"{query}&", $"&{query}", $"{query}&{parts[0]}", $"{query}&{parts[1]}", $"{query}&{parts[2]}", $"{query}&{parts[3]}", $"{parts[2]}&{query}",
            $"{query}&x=1", $"{query}&variant=thumb", $"{query}&n=a.png", $"{query}&t=1", $"{query}&n=", $"{query}&s=", $"{query}&utm_source=mail", query.ToUpperInvariant(),
            string.Join('&', parts.Reverse()), string.Join('&', parts[..3]), string.Join('&', parts[1..]), query.Replace("v=1", "v=2", StringComparison.Ordinal), query.Replace("v=1", "v=01", StringComparison.Ordinal),
            query.Replace("e=", "e=0", StringComparison.Ordinal), query.Replace("e=", "e=%2B", StringComparison.Ordinal), query.Replace($"e={expires}", $"e={expires + 1}", StringComparison.Ordinal),
            query.Replace($"e={expires}", "e=99999999999999999999", StringComparison.Ordinal), query.Replace($"e={expires}", "e=-1", StringComparison.Ordinal), query.Replace("k=2026-03", "k=2026%2D03", StringComparison.Ordinal),
            query.Replace("k=2026-03", "k=2026-05", StringComparison.Ordinal), query.Replace("k=2026-03", "k=", StringComparison.Ordinal), $"{query}=", $"{query[..^1]}", $"{query}A", query.Replace("&", "&amp;", StringComparison.Ordinal),
        ];

        foreach (var other in others)
        {
            var response = await _server.SendAsync("GET", $"{path}?{other}");
            Assert.That((response.Status, response.Problem), Is.EqualTo((403, "link-invalid")), other);
        }

        Assert.That((await _server.SendAsync("GET", path)).Problem, Is.EqualTo("link-invalid"));
    }

    [Test]
    public async Task Link_does_not_fit_another_key_method_or_store()
    {
        var read = (await _urls.CreateAsync(Key)).Url.OriginalString;
        var query = read[read.IndexOf('?', StringComparison.Ordinal)..];
        var upload = (await _urls.CreateAsync("new.png", new ImageUrlOptions { Action = ImageAction.Upload })).Url.OriginalString;

        Assert.That((await _server.SendAsync("GET", $"/images/other.png{query}")).Problem, Is.EqualTo("link-invalid"));
        Assert.That((await _server.SendAsync("GET", $"/api/avatars/{read["/images/".Length..]}")).Problem, Is.EqualTo("link-invalid"));
        Assert.That((await _server.SendAsync("PUT", read, _image)).Problem, Is.EqualTo("link-invalid"));
        Assert.That((await _server.SendAsync("POST", read, _image)).Problem, Is.EqualTo("link-invalid"));
        Assert.That((await _server.SendAsync("DELETE", read)).Problem, Is.EqualTo("link-invalid"));
        Assert.That((await _server.SendAsync("GET", upload)).Problem, Is.EqualTo("link-invalid"));
        Assert.That((await _server.SendAsync("POST", $"/images{query}", _image)).Problem, Is.EqualTo("invalid-key"));
        Assert.That(await _server.Images.GetInfoAsync("new.png"), Is.Null);
    }

    [Test]
    public async Task Link_to_upload_and_link_to_delete_allow_that_alone()
    {
        var upload = await SendAsync("PUT", new ImageUrlOptions { Action = ImageAction.Upload }, "uploaded.png", _image);
        var delete = await SendAsync("DELETE", new ImageUrlOptions { Action = ImageAction.Delete }, "uploaded.png");

        Assert.That((upload.Status, delete.Status), Is.EqualTo((201, 204)));
    }

    [Test]
    public async Task Link_of_a_named_store_leads_to_its_own_endpoints_in_a_group()
    {
        var url = await _server.Services.GetRequiredKeyedService<IImageUrls>("avatars").CreateAsync(Key);

        Assert.That(url.Url.OriginalString, Does.StartWith("/api/avatars/cats/tom%20"));
        Assert.That((await _server.SendAsync("GET", url.Url.OriginalString)).Body, Is.EqualTo(_image));
    }

    [Test]
    public async Task Link_to_a_version_ends_with_an_overwrite()
    {
        var info = await _server.Images.SaveBytesAsync("versioned.png", _image);
        var target = (await _urls.CreateAsync("versioned.png", new ImageUrlOptions { Version = info.ETag })).Url.OriginalString;
        var before = await _server.SendAsync("GET", target);
        await _server.Images.SaveBytesAsync("versioned.png", SampleImages.OfLength(500));
        var get = await _server.SendAsync("GET", target);
        var head = await _server.SendAsync("HEAD", target);
        var conditional = await _server.SendAsync("GET", target, $"If-None-Match: \"{info.ETag}\"");

        Assert.That((before.Status, before["Cache-Control"]), Is.EqualTo((200, "private, max-age=300, immutable")).Or.EqualTo((200, "private, max-age=301, immutable")));
        Assert.That((get.Status, get.Problem, head.Status, conditional.Status), Is.EqualTo((410, "version-replaced", 410, 410)));
    }

    // The name of the link, and the header of the response.
    [TestCase("a.png", "attachment; filename=\"a.png\"")]
    [TestCase("ü \"x\"; b.png", "attachment; filename=\"_ _x_; b.png\"; filename*=UTF-8''%C3%BC%20%22x%22%3B%20b.png")]
    [TestCase("100%.png", "attachment; filename=\"100_.png\"; filename*=UTF-8''100%25.png")]
    [TestCase("😀.png", "attachment; filename=\"_.png\"; filename*=UTF-8''%F0%9F%98%80.png")]
    [TestCase("a=b&c+d.png", "attachment; filename=\"a=b&c+d.png\"")]
    public async Task Link_with_a_name_downloads_the_image(string name, string header) =>
        Assert.That((await SendAsync("GET", new ImageUrlOptions { DownloadName = name }))["Content-Disposition"], Is.EqualTo(header));

    [TestCase("a\r\nSet-Cookie: b=c")]
    [TestCase("a\nb")]
    [TestCase("a\0b")]
    [TestCase("../a.png")]
    [TestCase("a\\b")]
    [TestCase("\ud800.png")]
    [TestCase("")]
    public void Name_that_is_no_file_name_is_refused(string name) =>
        Assert.ThrowsAsync<ArgumentException>(() => _urls.CreateAsync(Key, new ImageUrlOptions { DownloadName = name }));

    [TestCase(0)]
    [TestCase(-60)]
    [TestCase(367 * 86_400)]
    public void Validity_out_of_range_is_refused(int seconds) =>
        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _urls.CreateAsync(Key, new ImageUrlOptions { ValidFor = TimeSpan.FromSeconds(seconds) }));

    [Test]
    public async Task Keys_rotate_and_a_retired_key_ends_its_links()
    {
        var keys = _server.Services.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<SignedUrlOptions>>().Get("avatars").Keys;
        var urls = _server.Services.GetRequiredKeyedService<IImageUrls>("avatars");
        var old = (await urls.CreateAsync(Key)).Url.OriginalString;
        keys.Insert(0, Second);
        var next = (await urls.CreateAsync(Key)).Url.OriginalString;
        var both = ((await _server.SendAsync("GET", old)).Status, (await _server.SendAsync("GET", next)).Status);
        keys.Remove(First);
        var retired = await _server.SendAsync("GET", old);
        var kept = await _server.SendAsync("GET", next);
        keys.Add(First);
        keys.Remove(Second);

        Assert.That(next, Does.Contain("k=2026-04"));
        Assert.That((both, retired.Status, retired.Problem, kept.Status), Is.EqualTo(((200, 200), 403, "link-invalid", 200)));
    }

    [Test]
    public async Task Library_logs_no_link_at_any_level()
    {
        var log = new LibraryLog();
        await using var server = await ImageServer.StartAsync(
            ImageAccess.Signed,
            store: store => store.WithSignedUrls(options => options.Keys.Add(First)),
            host: builder => builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        var target = (await server.Services.GetRequiredService<IImageUrls>().CreateAsync(Key)).Url.OriginalString;
        await server.SendAsync("GET", target);
        await server.SendAsync("GET", target + "A");
        server.Clock.Advance(TimeSpan.FromHours(1));
        await server.SendAsync("GET", target);
        var signature = target[(target.IndexOf("&s=", StringComparison.Ordinal) + 3)..];

        Assert.That(log.Entries, Is.Not.Empty);
        Assert.That(log.Entries.Where(entry => entry.Contains(signature, StringComparison.Ordinal)), Is.Empty);
    }

    private async Task<RawResponse> SendAsync(string method, ImageUrlOptions options, string key = Key, byte[]? body = null) =>
        await _server.SendAsync(method, (await _urls.CreateAsync(key, options)).Url.OriginalString, body);
}
