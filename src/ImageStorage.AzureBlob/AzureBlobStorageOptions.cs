using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace ImageStorage.AzureBlob;

/// <summary>Where and how images are kept in Azure Blob Storage. Give one of <see cref="ConnectionString"/>, <see cref="ServiceUri"/> and <see cref="ContainerClient"/>.</summary>
public sealed class AzureBlobStorageOptions
{
    /// <summary>A connection string of the account, with its key or a shared access signature. A secret: it is never shown.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The blob service of the account, such as <c>https://myaccount.blob.core.windows.net</c>, used with <see cref="Credential"/>.</summary>
    public Uri? ServiceUri { get; set; }

    /// <summary>Who signs in to <see cref="ServiceUri"/>; null for <c>DefaultAzureCredential</c> (managed identity, environment, developer tools).</summary>
    public TokenCredential? Credential { get; set; }

    /// <summary>A client of the application's own, with its own credential, retries and time limits, which then hold instead of those below.</summary>
    public BlobContainerClient? ContainerClient { get; set; }

    /// <summary>The container; 3 to 63 lower-case letters, digits and single hyphens. Not needed with <see cref="ContainerClient"/>.</summary>
    public string Container { get; set; } = string.Empty;

    /// <summary>What the names of all blobs of the store begin with, so that several stores share a container; empty unless said otherwise. A slash is put behind it.</summary>
    public string Prefix { get; set; } = string.Empty;

    /// <summary>Create the container when it is missing? True unless said otherwise; a store without one is then empty. If false, every call on it fails.</summary>
    public bool CreateContainerIfMissing { get; set; } = true;

    /// <summary>
    /// The most bytes that an image may have to be saved by one request, and read whole at opening; 512 KiB unless said
    /// otherwise, at most 8 MiB. Each save and each open stream of such an image holds as much memory.
    /// </summary>
    public int SingleRequestThreshold { get; set; } = 512 << 10;

    /// <summary>The bytes of one block of a larger image, and of the memory that its save holds; 512 KiB unless said otherwise, 128 KiB to 8 MiB.</summary>
    public int BlockLength { get; set; } = 512 << 10;

    /// <summary>How many requests one listing or verification makes at once; 16 unless said otherwise.</summary>
    public int Concurrency { get; set; } = 16;

    /// <summary>How long one attempt of a request may take, or a read of a body may stall; 10 seconds unless said otherwise.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the client repeats a request that failed in a way that may pass; twice unless said otherwise.</summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>The wait before the first repetition, doubled for each further one, at most 5 seconds; 200 milliseconds unless said otherwise.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The access tier of new images; null for that of the account. Not Archive: what is archived cannot be read.</summary>
    public AccessTier? AccessTier { get; set; }

    /// <summary>How long the bytes of a large image stay after it was overwritten or deleted, for those who still read them; one hour unless said otherwise.</summary>
    public TimeSpan ReplacedContentRetention { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What tests do to the client that the provider makes.</summary>
    internal Action<BlobClientOptions>? ConfigureClient { get; set; }
}
