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

/// <summary>The container of one store: makes its clients, creates it on demand, and names what lies in it.</summary>
internal sealed class BlobStore
{
    private static readonly TimeSpan MostRetryDelay = TimeSpan.FromSeconds(5);
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

    public BlobContainerClient Container { get; }

    /// <summary>The service, where the provider connected to it by itself.</summary>
    public BlobServiceClient? Service { get; }

    public StoreLayout Layout { get; }

    /// <summary>The service checks what arrived against this hash, so that a save is not acknowledged with other bytes than were sent.</summary>
    public static UploadTransferValidationOptions Checked { get; } = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 };

    /// <summary>Begins a call: fails when the provider was disposed or the token is cancelled.</summary>
    public void Begin(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isClosed, typeof(AzureBlobImageProvider));
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Refuses all further calls. The clients of the service hold nothing that has to be released; calls under way come to their end.</summary>
    public void Close() => _isClosed = true;

    public BlockBlobClient Blob(string name) => Container.GetBlockBlobClient(name);

    /// <summary>Makes a request that writes; creates the container and makes it again when there is none.</summary>
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

    /// <summary>Makes a request that reads; answers null when the blob is not there, or the container, where that means an empty store.</summary>
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

    /// <summary>Does a failure say that what was asked for is not there?</summary>
    public bool IsMissing(RequestFailedException exception) => exception.IsBlobMissing() || (_createIfMissing && exception.IsContainerMissing());

    private static BlobServiceClient Connect(AzureBlobStorageOptions options)
    {
        // A version that the client supports, and an emulator that is a little older too.
        var client = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06);
        client.Retry.Mode = RetryMode.Exponential;
        client.Retry.MaxRetries = options.MaxRetries;
        client.Retry.Delay = options.RetryDelay;
        client.Retry.MaxDelay = MostRetryDelay;
        client.Retry.NetworkTimeout = options.RequestTimeout;
        client.AddPolicy(AttemptCounter.Instance, HttpPipelinePosition.PerRetry);
        options.ConfigureClient?.Invoke(client);
        return options.ConnectionString is { } connectionString
            ? new BlobServiceClient(connectionString, client)
            : new BlobServiceClient(options.ServiceUri, options.Credential ?? new DefaultAzureCredential(), client);
    }
}
