using System.Globalization;
using ImageStorage.AspNetCore.SignedUrls;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ImageStorage.AspNetCore.Endpoints;

/// <summary>Writes the headers of responses with an image, or with its record alone.</summary>
internal sealed class ImageHeaders(ImageAccess access, TimeSpan cacheFor)
{
    private const string Revalidate = "no-cache";
    private readonly string _cacheControl = CacheControl(access == ImageAccess.Open ? "public" : "private", cacheFor, isImmutable: false);

    /// <summary>Sets the headers that a response with the image, its headers alone and a 304 have in common.</summary>
    public void SetValidators(HttpResponse response, ImageInfo info, SignedLink? link)
    {
        var headers = response.Headers;
        headers.ETag = RequestConditions.QuotedETag(info.ETag);
        headers.LastModified = HeaderUtilities.FormatDate(RequestConditions.ModifiedAt(info));
        headers.CacheControl = link is null ? _cacheControl : CacheControlOf(link);
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'";
    }

    /// <summary>Sets the headers that describe the bytes of an image.</summary>
    public static void SetContent(HttpResponse response, ImageInfo info, SignedLink? link)
    {
        var headers = response.Headers;
        response.ContentType = info.ContentType;
        response.ContentLength = info.Length;
        headers.AcceptRanges = "bytes";
        if (link?.DownloadName is { } download)
        {
            headers.ContentDisposition = FileNameHeader.Write("attachment", download);
        }
        else if (info.FileName is { } name)
        {
            headers.ContentDisposition = FileNameHeader.Write("inline", name);
        }
    }

    /// <summary>Sets the headers of a response with a part of the image.</summary>
    public static void SetRange(HttpResponse response, ImageInfo info, ResolvedRange range)
    {
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.ContentLength = range.Length;
        response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {range.Offset}-{range.Offset + range.Length - 1}/{info.Length}");
    }

    // A version never changes, so a link to a version is cached until the link expires.
    private string CacheControlOf(SignedLink link) =>
        CacheControl("private", link.Version is not null || link.Remaining < cacheFor ? link.Remaining : cacheFor, link.Version is not null);

    private static string CacheControl(string who, TimeSpan time, bool isImmutable) => time < TimeSpan.FromSeconds(1)
        ? $"{who}, {Revalidate}"
        : string.Create(CultureInfo.InvariantCulture, $"{who}, max-age={(long)time.TotalSeconds}{(isImmutable ? ", immutable" : string.Empty)}");
}
