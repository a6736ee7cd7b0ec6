using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using ImageStorage.AzureBlob.Naming;
using ImageStorage.AzureBlob.Tests.Emulator;
using ImageStorage.AzureBlob.Tests.Transport;
using ImageStorage.Azurite;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.Options;

namespace ImageStorage.AzureBlob.Tests.Faults;

/// <summary>
/// P7: problems of the account, the container and its blobs are reported by type and remedy, in time, without secrets.
/// </summary>
public class BadInputTests
{
    private const string WrongKey = "d3Jvbmcga2V5IHdyb25nIGtleSB3cm9uZyBrZXkgd3Jvbmcga2V5IHdyb25nIGtleSB3cm9uZyBrZXkgd3Jvbmc=";
    private AzureStore _store = null!;

    private static readonly Dictionary<string, Func<IImageProvider, Task>> Calls = new()
    {
        ["check"] = provider => provider.CheckAsync(),
        ["info"] = provider => provider.GetInfoAsync("a.png"),
        ["read"] = provider => provider.OpenReadAsync("a.png"),
        ["delete"] = provider => provider.DeleteAsync("a.png"),
        ["update"] = provider => provider.UpdateAsync("a.png", new RecordUpdate { Tags = ["x"] }),
        ["list by time"] = provider => provider.ListAsync(new ImageQuery()),
        ["list by time, oldest first"] = provider => provider.ListAsync(new ImageQuery { Order = ImageOrder.CreatedAscending }),
        ["list by key"] = provider => provider.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending }),
        ["usage"] = provider => provider.GetUsageAsync(),
        ["verify"] = async provider => await provider.GetAbility<IVerifiableProvider>()!.VerifyAsync().GetAsyncEnumerator().MoveNextAsync(),
        ["document get"] = provider => provider.Documents.GetAsync("c/a"),
        ["document put"] = provider => provider.Documents.PutAsync("c/a", new byte[] { 1 }),
        ["document delete"] = provider => provider.Documents.DeleteAsync("c/a"),
        ["document list"] = provider => provider.Documents.ListAsync("c/"),
    };

    private static IEnumerable<string> CallNames => Calls.Keys;

    [SetUp]
    public async Task CreateAsync() => _store = await AzureStore.CreateAsync();

    [TearDown]
    public async Task RemoveAsync() => await _store.DisposeAsync();

    [TestCaseSource(nameof(CallNames))]
    public async Task Wrong_account_key_is_reported(string call)
    {
        var server = await SharedAzurite.GetAsync();
        await AssertUnavailableAsync(call, options => options.ConnectionString = AzuriteServer.ConnectionStringOf(server.Port, WrongKey), "account key", isTransient: false);
    }

    [TestCaseSource(nameof(CallNames))]
    public async Task Missing_container_is_reported_when_CreateContainerIfMissing_is_false(string call)
    {
        await _store.Raw.DeleteAsync();
        await AssertUnavailableAsync(call, options => options.CreateContainerIfMissing = false, "container does not exist", isTransient: false);
    }

    [TestCaseSource(nameof(CallNames))]
    public async Task Missing_permission_is_reported(string call)
    {
        // A signature only for the creation of snapshots, which the provider never creates.
        var server = await SharedAzurite.GetAsync();
        var builder = new BlobSasBuilder(BlobContainerSasPermissions.Tag, DateTimeOffset.MaxValue.AddYears(-7000)) { BlobContainerName = _store.Name, Resource = "c" };
        var signature = _store.Raw.GenerateSasUri(builder).Query.TrimStart('?');
        await AssertUnavailableAsync(call, options => options.ConnectionString = $"BlobEndpoint={server.Endpoint};SharedAccessSignature={signature}", "Storage Blob Data Contributor", isTransient: false);
    }

    [TestCaseSource(nameof(CallNames))]
    public async Task Unreachable_endpoint_is_reported_quickly(string call)
    {
        // Bound, so that no other process gets the port, and not listening, so that connections are refused.
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        var watch = Stopwatch.StartNew();

        await AssertUnavailableAsync(call, options => options.ConnectionString = AzuriteServer.ConnectionStringOf(port), "does not answer", isTransient: true);

        // The client's defaults take minutes. The bound is loose, because the machine may be busy.
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task Foreign_blob_is_refused_omitted_from_listings_and_reported()
    {
        await _store.Images.SaveBytesAsync("ours.png", SampleImages.OfLength(300, 1));
        var blob = _store.Raw.GetBlockBlobClient("images/theirs.png");
        await blob.UploadAsync(new MemoryStream(SampleImages.OfLength(300, 2)), new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["theirs"] = "1" } });
        await _store.Raw.GetBlockBlobClient("images/with%percent.").UploadAsync(new MemoryStream([1]));
        await _store.Raw.GetBlockBlobClient("something else").UploadAsync(new MemoryStream([1]));

        var failure = Assert.ThrowsAsync<ImageCorruptedException>(() => _store.Images.GetInfoAsync("theirs.png"));
        Assert.ThrowsAsync<ImageCorruptedException>(() => _store.Images.GetAsync("theirs.png"));
        var listed = (await _store.Images.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Items;
        var found = new List<VerificationItem>();
        await foreach (var item in _store.Provider.VerifyAsync())
        {
            found.Add(item);
        }

        Assert.That(failure!.Message, Does.Contain("theirs.png").And.Contain("the library did not write"));
        Assert.That(listed.Select(info => info.Key.Value), Is.EqualTo(new[] { "ours.png" }));
        Assert.That((await _store.Images.GetUsageAsync()).Count, Is.EqualTo(1));
        Assert.That(found.Where(item => item.Status == VerificationStatus.Stray).Select(item => item.Name), Is.EqualTo(new[] { "theirs.png", "images/with%percent.", "something else" }));
        Assert.That(found.Where(item => item.Status == VerificationStatus.Sound).Select(item => item.Name), Is.EqualTo(new[] { "ours.png" }));
    }

    [Test]
    public async Task Copied_blob_is_not_served_as_another_image()
    {
        await _store.Images.SaveBytesAsync("a.png", SampleImages.OfLength(300, 1));
        var copied = await _store.Raw.GetBlobClient("images/a.png").DownloadContentAsync();
        await _store.Raw.GetBlockBlobClient("images/b.png").UploadAsync(copied.Value.Content.ToStream(), new BlobUploadOptions { Metadata = copied.Value.Details.Metadata });

        var failure = Assert.ThrowsAsync<ImageCorruptedException>(() => _store.Images.GetAsync("b.png"));

        Assert.That(failure!.Message, Does.Contain("another key"));
    }

    [Test]
    public async Task Metadata_that_does_not_fit_into_the_header_is_refused()
    {
        var much = new Dictionary<string, string> { ["text"] = new string('x', 5_000) };

        var failure = Assert.ThrowsAsync<ImageValidationException>(() => _store.Images.SaveBytesAsync("a.png", SampleImages.OfLength(300, 1), new SaveOptions { Metadata = much }));
        Assert.That(failure!.Message, Does.Contain("4096"));
        Assert.That(await _store.Images.GetInfoAsync("a.png"), Is.Null);
    }

    [Test]
    public async Task Record_with_the_largest_overhead_within_the_limit_of_text_is_saved()
    {
        // The shortest names have the largest overhead: more bytes of lengths than of text.
        var metadata = Enumerable.Range(0, 1_600).ToImmutableSortedDictionary(i => $"{(char)(0x100 + i)}", _ => string.Empty, StringComparer.Ordinal, StringComparer.Ordinal);
        await _store.Images.SaveBytesAsync("a.png", SampleImages.OfLength(300, 1), new SaveOptions { Metadata = metadata });

        Assert.That((await _store.Provider.GetInfoAsync("a.png"))!.Metadata, Is.EqualTo(metadata));
        Assert.That((await _store.Provider.ListAsync(new ImageQuery())).Items.Single().Metadata, Is.EqualTo(metadata));
    }

    [Test]
    public async Task Name_that_is_too_long_for_the_service_is_refused_although_the_emulator_accepts_it()
    {
        await using var store = await AzureStore.CreateAsync(options => options.Prefix = new string('p', 190));
        var key = string.Concat(Enumerable.Repeat("a.", 255)) + "a";
        var longer = new string('.', 500) + "/" + "...";

        await store.Images.SaveBytesAsync(key, SampleImages.OfLength(300, 1));
        var failure = Assert.ThrowsAsync<ImageValidationException>(() => store.Images.SaveBytesAsync(longer, SampleImages.OfLength(300, 1)));

        Assert.That(failure!.Message, Does.Contain($"{StoreLayout.MaxNameLength}"));
    }

    [TestCase("not a connection string")]
    [TestCase("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=no base64 secret;EndpointSuffix=core.windows.net")]
    public void Broken_connection_string_is_refused_and_not_shown(string connectionString)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => new AzureBlobImageProvider(new AzureBlobStorageOptions { ConnectionString = connectionString, Container = "images" }));

        Assert.That(failure!.ToString(), Does.Contain("AzureBlob.ConnectionString").And.Not.Contain("secret"));
    }

    private async Task AssertUnavailableAsync(string call, Action<AzureBlobStorageOptions> configure, string says, bool isTransient)
    {
        var provider = _store.Open(configure);
        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => Calls[call](provider));
        var save = Assert.ThrowsAsync<StorageUnavailableException>(() => new ImageStorageManager(provider, new ImageStorageOptions()).SaveBytesAsync("new.png", SampleImages.OfLength(300, 1)));

        foreach (var exception in new[] { failure!, save! })
        {
            Assert.That(exception.Message, Does.Contain(says).And.Contain("AzureBlob"));
            Assert.That(exception.IsTransient, Is.EqualTo(isTransient));
            Assert.That(exception.ToString(), Does.Not.Contain(AzuriteServer.AccountKey).And.Not.Contain(WrongKey).And.Not.Contain("sig=").And.Not.Contain("Server used following string"));
        }

        await provider.DisposeAsync();
    }
}
