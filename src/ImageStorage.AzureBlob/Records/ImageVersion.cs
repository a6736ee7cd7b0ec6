using Azure;

namespace ImageStorage.AzureBlob.Records;

/// <summary>The blob of an image as it was found.</summary>
/// <param name="Record">Its record; null when that is damaged, or none of ours.</param>
/// <param name="ETag">The version of the blob, for the precondition of the request that changes it.</param>
internal sealed record ImageVersion(ImageRecord? Record, ETag ETag);
