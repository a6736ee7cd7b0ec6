using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Naming;
using Microsoft.Extensions.Logging;

namespace ImageStorage.AzureBlob;

/// <summary>The container of one store: creates clients, creates a missing container, and sends requests.</summary>
internal sealed class BlobStore
{
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(5);
    private readonly bool _createIfMissing;
    private volatile bool _isClosed;
    private readonly ILogger _logger;

    public BlobStore(AzureBlobStorageOptions options, ILogger logger)
    {
        AzureBlobStorageOptionsValidator.ThrowIfInvalid(options);
        _createIfMissing = options.CreateContainerIfMissing;
        _logger = logger;
        Service = options.ContainerClient is null ? Connect(options) : null;
        Container = options.ContainerClient ?? Service!.GetBlobContainerClient(options.Container);
        Layout = new StoreLayout(options.Prefix.Length == 0 || options.Prefix.EndsWith('/') ? options.Prefix : options.Prefix + "/");
    }

    /// <summary>Gets the client of the container.</summary>
    public BlobContainerClient Container { get; }

    /// <summary>
    /// Gets the client of the service; null when the application provides the client of the container.
    /// </summary>
    public BlobServiceClient? Service { get; }

    /// <summary>Gets the names of the blobs.</summary>
    public StoreLayout Layout { get; }

    /// <summary>
    /// Gets the option with which the service checks uploaded bytes against an MD5, so that altered bytes are never
    /// acknowledged.
    /// </summary>
    public static UploadTransferValidationOptions Checked { get; } = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 };

    /// <summary>Begins a call. Throws when the provider is disposed or the token is cancelled.</summary>
    public void Begin(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isClosed, typeof(AzureBlobImageProvider));
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Refuses further calls. Calls in progress continue; the clients hold no resources.</summary>
    public void Close() => _isClosed = true;

    /// <summary>Returns the client of a blob.</summary>
    public BlockBlobClient Blob(string name) => Container.GetBlockBlobClient(name);

    /// <summary>Sends a request that writes. Creates a missing container and repeats the request.</summary>
    public async Task<T> WriteAsync<T>(Func<Task<T>> request)
    {
        try
        {
            return await request().ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (_createIfMissing && exception.IsContainerMissing())
        {
            await Container.CreateIfNotExistsAsync(cancellationToken: CancellationToken.None).ConfigureAwait(false);
            Log.ContainerCreated(_logger);
            return await request().ConfigureAwait(false);
        }
    }

    /// <summary>Sends a request that reads.</summary>
    /// <returns>
    /// The response; null when the blob is missing, or when a missing container means an empty store.
    /// </returns>
    public async Task<T?> ReadAsync<T>(Func<Task<T>> request)
        where T : class
    {
        try
        {
            return await request().ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (IsMissing(exception))
        {
            return null;
        }
    }

    /// <summary>
    /// Returns whether a failure means that the blob is missing, or that a missing container means an empty store.
    /// </summary>
    public bool IsMissing(RequestFailedException exception) => exception.IsBlobMissing() || (_createIfMissing && exception.IsContainerMissing());

    private static BlobServiceClient Connect(AzureBlobStorageOptions options)
    {
        // A version that the client supports, and also a slightly older emulator.
        var client = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06);
        client.Retry.Mode = RetryMode.Exponential;
        client.Retry.MaxRetries = options.MaxRetries;
        client.Retry.Delay = options.RetryDelay;
        client.Retry.MaxDelay = MaxRetryDelay;
        client.Retry.NetworkTimeout = options.RequestTimeout;
        client.AddPolicy(AttemptCounter.Instance, HttpPipelinePosition.PerRetry);
        options.ConfigureClient?.Invoke(client);
        return options.ConnectionString is { } connectionString
            ? new BlobServiceClient(connectionString, client)
            : new BlobServiceClient(options.ServiceUri, options.Credential ?? new DefaultAzureCredential(), client);
    }
}
