using Azure;

namespace ImageStorage.AzureBlob.Records;

/// <summary>The state of an image blob.</summary>
/// <param name="Record">The record; null when the record is damaged or missing.</param>
/// <param name="ETag">The ETag of the service, for the precondition of a request that changes the blob.</param>
/// <param name="Metadata">The metadata of the blob.</param>
internal sealed record ImageVersion(ImageRecord? Record, ETag ETag, IDictionary<string, string> Metadata);
