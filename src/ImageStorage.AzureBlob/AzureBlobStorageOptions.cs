using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace ImageStorage.AzureBlob;

/// <summary>
/// Options of the Azure Blob provider. Set exactly one of <see cref="ConnectionString"/>, <see cref="ServiceUri"/> and
/// <see cref="ContainerClient"/>.
/// </summary>
public sealed class AzureBlobStorageOptions
{
    /// <summary>
    /// Gets or sets the connection string of the account, with its key or a shared access signature. The default is
    /// <see langword="null"/>. A secret, never shown in messages or logs.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Gets or sets the blob service of the account, such as <c>https://myaccount.blob.core.windows.net</c>, for a
    /// sign-in with <see cref="Credential"/>. The default is <see langword="null"/>.
    /// </summary>
    public Uri? ServiceUri { get; set; }

    /// <summary>
    /// Gets or sets the credential for <see cref="ServiceUri"/>. The default, <see langword="null"/>, means
    /// <c>DefaultAzureCredential</c> (managed identity, environment, developer tools).
    /// </summary>
    public TokenCredential? Credential { get; set; }

    /// <summary>
    /// Gets or sets a client of the application. The default is <see langword="null"/>. The credential, retries and
    /// timeouts of the client replace <see cref="RequestTimeout"/>, <see cref="MaxRetries"/> and
    /// <see cref="RetryDelay"/>.
    /// </summary>
    public BlobContainerClient? ContainerClient { get; set; }

    /// <summary>
    /// Gets or sets the container: 3 to 63 lower-case letters, digits and single hyphens. Required without
    /// <see cref="ContainerClient"/>.
    /// </summary>
    public string Container { get; set; } = string.Empty;

    /// <summary>
    /// Gets or sets the prefix of all blob names of the store, so that several stores can share a container. At most
    /// 200 characters; a slash is appended. The default is empty.
    /// </summary>
    public string Prefix { get; set; } = string.Empty;

    /// <summary>
    /// Gets or sets a value that indicates whether the first write creates a missing container. The default is
    /// <see langword="true"/>: a store without a container is empty. With <see langword="false"/>, every call on a
    /// missing container throws.
    /// </summary>
    public bool CreateContainerIfMissing { get; set; } = true;

    /// <summary>
    /// Gets or sets the maximum size, in bytes, of an image that is saved by one request and read completely at
    /// opening. At most 8 MiB; the default is 512 KiB. Each save and each open stream of such an image holds this much
    /// memory.
    /// </summary>
    public int SingleRequestThreshold { get; set; } = 512 << 10;

    /// <summary>
    /// Gets or sets the size, in bytes, of one block of a larger image, 128 KiB to 8 MiB. The default is 512 KiB. A
    /// save holds one block in memory.
    /// </summary>
    public int BlockLength { get; set; } = 512 << 10;

    /// <summary>
    /// Gets or sets the number of requests that one listing or verification sends at the same time, 1 to 256. The
    /// default is 16.
    /// </summary>
    public int Concurrency { get; set; } = 16;

    /// <summary>
    /// Gets or sets the maximum duration of one attempt of a request, and of a stalled read of a body. At most 10
    /// minutes; the default is 10 seconds.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the number of retries after a transient failure, 0 to 10. The default is 2.</summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>
    /// Gets or sets the pause before the first retry, at most 5 seconds. The default is 200 milliseconds. Each further
    /// retry doubles the pause, up to 5 seconds.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Gets or sets the access tier of new images. The default, <see langword="null"/>, is the tier of the account.
    /// Archive is refused, because archived images cannot be read.
    /// </summary>
    public AccessTier? AccessTier { get; set; }

    /// <summary>
    /// Gets or sets how long the bytes of a large image stay after an overwrite or a delete, for open reads. The
    /// default is 1 hour.
    /// </summary>
    public TimeSpan ReplacedContentRetention { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets a delegate with which tests change the options of the client.</summary>
    internal Action<BlobClientOptions>? ConfigureClient { get; set; }
}
