using Azure.Core;
using Azure.Storage.Blobs;
using ImageStorage.AzureBlob.Tests.Emulator;
using ImageStorage.Azurite;
using ImageStorage.Testing;

namespace ImageStorage.AzureBlob.Tests.Transport;

/// <summary>
/// A store in a container of its own on the shared Azurite, with a scripted transport and a manual clock.
/// </summary>
internal sealed class AzureStore : IAsyncDisposable
{
    private readonly string _connectionString;

    private AzureStore(string connectionString, ScriptedTransport transport, Action<AzureBlobStorageOptions>? configure, LoopbackProxy? proxy)
    {
        _connectionString = connectionString;
        Transport = transport;
        Proxy = proxy;
        Name = $"t{Guid.NewGuid():n}";
        Raw = new BlobContainerClient(connectionString, Name, new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06));
        Provider = Open(configure);
        Images = new ImageStorageManager(Provider, new ImageStorageOptions(), Clock);
    }

    public string Name { get; }

    public ManualClock Clock { get; } = new();

    public ScriptedTransport Transport { get; }

    public LoopbackProxy? Proxy { get; }

    /// <summary>Gets a client of the container without the scripted transport.</summary>
    public BlobContainerClient Raw { get; }

    public AzureBlobImageProvider Provider { get; }

    public ImageStorageManager Images { get; }

    /// <summary>Creates an empty store with its container.</summary>
    public static async Task<AzureStore> CreateAsync(Action<AzureBlobStorageOptions>? configure = null, bool throughProxy = false)
    {
        var server = await SharedAzurite.GetAsync();
        var proxy = throughProxy ? LoopbackProxy.Start(server.Port) : null;
        var store = new AzureStore(server.ConnectionString, new ScriptedTransport(), configure, proxy);
        await store.Raw.CreateAsync();
        return store;
    }

    /// <summary>Opens another provider in the same container.</summary>
    public AzureBlobImageProvider Open(Action<AzureBlobStorageOptions>? configure = null) => new(OptionsOf(configure), Clock);

    /// <summary>Returns options of a provider in the container, with the transport of the test.</summary>
    public AzureBlobStorageOptions OptionsOf(Action<AzureBlobStorageOptions>? configure = null)
    {
        var options = new AzureBlobStorageOptions
        {
            ConnectionString = Proxy is null ? _connectionString : AzuriteServer.ConnectionStringOf(Proxy.Port),
            Container = Name,
            RetryDelay = TimeSpan.FromMilliseconds(1),
            RequestTimeout = Proxy is null ? TimeSpan.FromSeconds(10) : TimeSpan.FromSeconds(1),
            ConfigureClient = client => Configure(client),
        };
        configure?.Invoke(options);
        return options;
    }

    public async ValueTask DisposeAsync()
    {
        if (Proxy is not null)
        {
            await Proxy.DisposeAsync();
        }

        await Raw.DeleteIfExistsAsync();
    }

    private void Configure(ClientOptions client)
    {
        // With a proxy, pooled connections must not outlive the test.
        if (Proxy is null)
        {
            client.Transport = Transport;
        }
    }
}
