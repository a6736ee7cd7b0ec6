using System.Net;
using ImageStorage.AzureBlob.Tests.Transport;
using ImageStorage.Azurite;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.AzureBlob.Tests.Abilities;

/// <summary>Signed URLs and access tiers.</summary>
public class AbilityTests
{
    private static readonly byte[] Small = SampleImages.OfLength(5_000, 1);
    private static readonly byte[] Large = SampleImages.OfLength(900_000, 2);
    private AzureStore _store = null!;

    [SetUp]
    public async Task CreateAsync()
    {
        _store = await AzureStore.CreateAsync();
        _store.Clock.Now = TimeProvider.System.GetUtcNow();
    }

    [TearDown]
    public async Task RemoveAsync() => await _store.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task Signed_url_reads_one_image_and_nothing_else(bool isLarge)
    {
        await _store.Images.SaveBytesAsync("a b/ü.png", isLarge ? Large : Small);
        await _store.Images.SaveBytesAsync("other.png", Small);

        var signed = await _store.Provider.GetAbility<IReadUrlProvider>()!.CreateReadUrlAsync("a b/ü.png", TimeSpan.FromMinutes(5));

        using var client = new HttpClient();
        var read = await client.GetByteArrayAsync(signed!.Url);
        Assert.That(read.AsSpan(0, isLarge ? Large.Length : Small.Length).SequenceEqual(isLarge ? Large : Small), Is.True);
        Assert.That(signed.ExpiresAt, Is.EqualTo(_store.Clock.Now.AddMinutes(5)));
        using var elsewhere = await client.GetAsync(new UriBuilder(signed.Url) { Path = $"/{AzuriteServer.AccountName}/{_store.Name}/images/other.png" }.Uri);
        using var written = await client.PutAsync(signed.Url, new ByteArrayContent(Small) { Headers = { { "x-ms-blob-type", "BlockBlob" } } });
        using var deleted = await client.DeleteAsync(signed.Url);
        Assert.That(new[] { elsewhere.StatusCode, written.StatusCode, deleted.StatusCode }, Has.All.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Signed_url_expires()
    {
        await _store.Images.SaveBytesAsync("a.png", Small);
        _store.Clock.Advance(TimeSpan.FromHours(-1));

        var signed = await _store.Provider.CreateReadUrlAsync("a.png", TimeSpan.FromMinutes(5));

        using var client = new HttpClient();
        using var answer = await client.GetAsync(signed!.Url);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Signed_url_hides_its_signature_and_needs_an_image_and_a_valid_time()
    {
        await _store.Images.SaveBytesAsync("a.png", Small);

        var signed = await _store.Provider.CreateReadUrlAsync("a.png", TimeSpan.FromMinutes(5));

        Assert.That($"{signed}", Does.Not.Contain("sig").And.Not.Contain("http"));
        Assert.That(await _store.Provider.CreateReadUrlAsync("b.png", TimeSpan.FromMinutes(5)), Is.Null);
        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _store.Provider.CreateReadUrlAsync("a.png", TimeSpan.Zero));
        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _store.Provider.CreateReadUrlAsync("a.png", TimeSpan.FromDays(8)));
    }

    [Test]
    public async Task Store_with_only_a_signature_cannot_sign()
    {
        await _store.Images.SaveBytesAsync("a.png", Small);
        var signature = _store.Raw.GenerateSasUri(Azure.Storage.Sas.BlobContainerSasPermissions.All, DateTimeOffset.MaxValue.AddYears(-7000)).Query.TrimStart('?');
        await using var provider = _store.Open(options => options.ConnectionString = $"BlobEndpoint={AzuriteServer.EndpointOf(_store.Raw.Uri.Port)};SharedAccessSignature={signature}");

        var failure = Assert.ThrowsAsync<StorageNotSupportedException>(() => provider.CreateReadUrlAsync("a.png", TimeSpan.FromMinutes(5)));

        Assert.That(failure!.Message, Does.Not.Contain("sig="));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Tier_is_set_and_the_version_stays(bool isLarge)
    {
        var saved = await _store.Images.SaveBytesAsync("a.png", isLarge ? Large : Small);

        Assert.That(await _store.Provider.SetTierAsync("a.png", "cool"), Is.True);

        Assert.That(await _store.Provider.GetTierAsync("a.png"), Is.EqualTo("Cool"));
        Assert.That(await _store.Images.GetInfoAsync("a.png"), Is.EqualTo(saved));
        Assert.That((await _store.Images.GetBytesAsync("a.png")).AsSpan().SequenceEqual(isLarge ? Large : Small), Is.True);
        Assert.That(await _store.Provider.SetTierAsync("b.png", "Hot"), Is.False);
        Assert.That(await _store.Provider.GetTierAsync("b.png"), Is.Null);
        Assert.ThrowsAsync<ArgumentException>(() => _store.Provider.SetTierAsync("a.png", "Archive"));
    }

    [Test]
    public void Capabilities_name_urls_and_tiers() => Assert.That((_store.Provider.Capabilities.ReadUrls, _store.Provider.Capabilities.StorageTiers), Is.EqualTo((true, true)));
}
