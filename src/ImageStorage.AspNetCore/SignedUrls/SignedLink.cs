namespace ImageStorage.AspNetCore.SignedUrls;

/// <summary>What a verified link says about the response.</summary>
/// <param name="Remaining">The time until the link expires.</param>
/// <param name="Version">The only version that the link allows; null for any version.</param>
/// <param name="DownloadName">The file name under which browsers save the image; null to show the image.</param>
internal sealed record SignedLink(TimeSpan Remaining, ImageETag? Version, string? DownloadName);
