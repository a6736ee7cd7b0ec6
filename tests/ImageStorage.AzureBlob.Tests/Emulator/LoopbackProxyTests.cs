using System.Diagnostics;
using Azure.Storage.Blobs;
using ImageStorage.Azurite;
using ImageStorage.Testing;

namespace ImageStorage.AzureBlob.Tests.Emulator;

/// <summary>Tests of the tools of the fault tests.</summary>
public class LoopbackProxyTests
{
    private LoopbackProxy _proxy = null!;
    private HttpClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        var server = await SharedAzurite.GetAsync();
        _proxy = LoopbackProxy.Start(server.Port);
        _client = new HttpClient { BaseAddress = AzuriteServer.EndpointOf(_proxy.Port) };
    }

    [TearDown]
    public async Task StopAsync()
    {
        _client?.Dispose();
        if (_proxy is not null)
        {
            await _proxy.DisposeAsync();
        }
    }

    [Test]
    public async Task Azurite_answers_through_the_proxy()
    {
        var service = new BlobServiceClient(AzuriteServer.ConnectionStringOf(_proxy.Port), new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06));

        var container = service.GetBlobContainerClient($"t{Guid.NewGuid():n}");
        await container.CreateAsync();

        Assert.That((await container.ExistsAsync()).Value, Is.True);
    }

    [TestCase(ProxyMode.Refuse)]
    [TestCase(ProxyMode.Reset)]
    public async Task Broken_connections_fail_and_recover(ProxyMode mode)
    {
        using (await _client.GetAsync("?comp=list"))
        {
            _proxy.Set(mode);
        }

        Assert.That(async () => await _client.GetAsync("?comp=list"), Throws.InstanceOf<HttpRequestException>());

        _proxy.Set(ProxyMode.Pass);
        using var answer = await _client.GetAsync("?comp=list");
        Assert.That((int)answer.StatusCode, Is.EqualTo(403));
    }

    [Test]
    public async Task Stalled_connection_continues_at_its_position()
    {
        _proxy.Set(ProxyMode.Stall);
        var answer = _client.GetAsync("?comp=list");

        _proxy.Set(ProxyMode.Pass);

        using var response = await answer;
        Assert.That((int)response.StatusCode, Is.EqualTo(403));
    }

    [Test]
    public async Task Connection_is_cut_once_after_a_number_of_bytes()
    {
        var cut = _proxy.CutAfter(ProxyDirection.Response, 100);

        Assert.That(async () => await _client.GetAsync("?comp=list"), Throws.InstanceOf<HttpRequestException>());

        await cut;
        using var answer = await _client.GetAsync("?comp=list");
        Assert.That((int)answer.StatusCode, Is.EqualTo(403));
    }

    [Test]
    public async Task Bytes_through_a_distant_proxy_are_delayed_and_stay_in_order()
    {
        var roundTrip = TimeSpan.FromMilliseconds(20);
        await using var distant = LoopbackProxy.Start((await SharedAzurite.GetAsync()).Port, roundTrip);
        var service = new BlobServiceClient(AzuriteServer.ConnectionStringOf(distant.Port), new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06));
        var container = service.GetBlobContainerClient($"t{Guid.NewGuid():n}");
        await container.CreateAsync();
        var bytes = SampleImages.OfLength(400_000);

        var start = Stopwatch.GetTimestamp();
        await container.UploadBlobAsync("blob", BinaryData.FromBytes(bytes));
        var taken = Stopwatch.GetElapsedTime(start);
        var read = (await container.GetBlobClient("blob").DownloadContentAsync()).Value.Content.ToArray();

        Assert.That(taken, Is.GreaterThanOrEqualTo(roundTrip));
        Assert.That(read, Is.EqualTo(bytes));
    }
}
