using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.AspNetCore.Tests.Links;

/// <summary>Links of a provider that signs URLs itself, and the options of signed URLs.</summary>
internal sealed class ProviderUrlTests
{
    private static readonly SignedUrlKey Secret = new("1", new byte[32]);

    [Test]
    public async Task Plain_link_to_read_is_a_url_of_the_provider()
    {
        await using var services = Services(options => options.Keys.Add(Secret));
        var urls = services.GetRequiredService<IImageUrls>();
        await services.GetRequiredService<IImageStorage>().SaveBytesAsync("a.png", SampleImages.Png());

        Assert.That((await urls.CreateAsync("a.png")).Url, Is.EqualTo(new Uri("https://backend.test/a.png?sig=300")));
        Assert.That((await urls.CreateAsync("none.png")).Url.OriginalString, Does.StartWith("/images/none.png?v=1"), "the application answers 404");
    }

    private static IEnumerable<ImageUrlOptions> Special() =>
    [
        new ImageUrlOptions { Version = new ImageETag("a") }, new ImageUrlOptions { DownloadName = "a.png" }, new ImageUrlOptions { ValidFor = TimeSpan.FromDays(7) },
        new ImageUrlOptions { Action = ImageAction.Upload }, new ImageUrlOptions { Action = ImageAction.Delete },
    ];

    [TestCaseSource(nameof(Special))]
    public async Task Link_that_a_provider_cannot_express_leads_to_the_application(ImageUrlOptions link)
    {
        await using var services = Services(options => options.Keys.Add(Secret));
        await services.GetRequiredService<IImageStorage>().SaveBytesAsync("a.png", SampleImages.Png());

        Assert.That((await services.GetRequiredService<IImageUrls>().CreateAsync("a.png", link)).Url.OriginalString, Does.StartWith("/images/a.png?v=1"));
    }

    [Test]
    public async Task Layer_that_changes_the_bytes_or_the_option_leads_to_the_application([Values] bool changesBytes)
    {
        await using var services = Services(options => options.UseProviderUrls = changesBytes, changesBytes, key: true);
        await services.GetRequiredService<IImageStorage>().SaveBytesAsync("a.png", SampleImages.Png());

        Assert.That((await services.GetRequiredService<IImageUrls>().CreateAsync("a.png")).Url.OriginalString, Does.StartWith("/images/a.png?v=1"));
    }

    [Test]
    public async Task Store_without_keys_says_what_is_missing()
    {
        await using var services = Services(_ => { });
        var urls = services.GetRequiredService<IImageUrls>();

        Assert.ThrowsAsync<ImageNotFoundException>(() => urls.CreateAsync("none.png"));
        Assert.ThrowsAsync<InvalidOperationException>(() => urls.CreateAsync("a.png", new ImageUrlOptions { DownloadName = "a.png" }));
    }

    [Test]
    public async Task Link_without_endpoints_and_without_an_address_is_refused()
    {
        await using var services = Services(options => (options.BaseUrl, options.UseProviderUrls) = (null, false), key: true);

        Assert.ThrowsAsync<InvalidOperationException>(() => services.GetRequiredService<IImageUrls>().CreateAsync("a.png"));
    }

    [TestCase("images")]
    [TestCase("//evil.test/images")]
    [TestCase("ftp://a.test/images")]
    [TestCase("/images?a=b")]
    [TestCase("/images#a")]
    [TestCase("https://user:secret@a.test/images")]
    [TestCase("")]
    public async Task Address_that_is_no_address_is_refused(string address)
    {
        await using var services = Services(options => options.BaseUrl = address);

        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptionsMonitor<SignedUrlOptions>>().Get(string.Empty));
    }

    [TestCase("/images/", "/images/a.png")]
    [TestCase("https://a.test", "https://a.test/a.png")]
    [TestCase("https://a.test/x/", "https://a.test/x/a.png")]
    public async Task Address_precedes_the_key(string address, string start)
    {
        await using var services = Services(options => (options.BaseUrl, options.UseProviderUrls) = (address, false), key: true);

        Assert.That((await services.GetRequiredService<IImageUrls>().CreateAsync("a.png")).Url.OriginalString, Does.StartWith(start + "?"));
    }

    [Test]
    public async Task Two_keys_of_one_name_and_a_validity_out_of_range_are_refused()
    {
        await using var twice = Services(options => options.Keys.Add(Secret), key: true);
        await using var never = Services(options => options.ValidFor = TimeSpan.Zero);

        Assert.Throws<OptionsValidationException>(() => twice.GetRequiredService<IOptionsMonitor<SignedUrlOptions>>().Get(string.Empty));
        Assert.Throws<OptionsValidationException>(() => never.GetRequiredService<IOptionsMonitor<SignedUrlOptions>>().Get(string.Empty));
    }

    [Test]
    public void Key_has_a_valid_name_and_a_long_secret_that_no_text_shows()
    {
        var key = new SignedUrlKey("a-B_9", Convert.ToBase64String(new byte[40]));

        Assert.That((key.Id, key.ToString()), Is.EqualTo(("a-B_9", "SignedUrlKey 'a-B_9'")));
        Assert.Throws<ArgumentException>(() => _ = new SignedUrlKey("", new byte[32]));
        Assert.Throws<ArgumentException>(() => _ = new SignedUrlKey("a&b", new byte[32]));
        Assert.Throws<ArgumentException>(() => _ = new SignedUrlKey(new string('a', 33), new byte[32]));
        Assert.Throws<ArgumentException>(() => _ = new SignedUrlKey("a", new byte[31]));
        Assert.That(Assert.Throws<ArgumentException>(() => _ = new SignedUrlKey("a", "secret text"))!.Message, Does.Not.Contain("secret text"));
    }

    private static ServiceProvider Services(Action<SignedUrlOptions> configure, bool changesBytes = false, bool key = false)
    {
        var services = new ServiceCollection();
        var builder = services.AddImageStorage().UseProvider("Signing", _ => new SigningProvider(new InMemoryImageProvider())).WithSignedUrls(options => options.BaseUrl = "/images").WithSignedUrls(configure);
        if (key)
        {
            builder.WithSignedUrls(options => options.Keys.Add(Secret));
        }

        if (changesBytes)
        {
            builder.AddLayer(new Layer(LayerKind.Encoding, (_, inner) => new ChangingLayer(inner)));
        }

        return services.BuildServiceProvider();
    }

    private sealed class SigningProvider(IImageProvider inner) : DelegatingImageProvider(inner), IReadUrlProvider
    {
        public override ProviderCapabilities Capabilities => base.Capabilities with { ReadUrls = true };

        public async Task<SignedReadUrl?> CreateReadUrlAsync(ImageKey key, TimeSpan validFor, CancellationToken cancellationToken = default) => await GetInfoAsync(key, cancellationToken) is null
            ? null
            : new SignedReadUrl { Url = new Uri($"https://backend.test/{key}?sig={validFor.TotalSeconds}"), ExpiresAt = DateTimeOffset.UnixEpoch };
    }

    private sealed class ChangingLayer(IImageProvider inner) : WriteLayer(inner)
    {
        protected override bool ChangesBytes => true;
    }
}
