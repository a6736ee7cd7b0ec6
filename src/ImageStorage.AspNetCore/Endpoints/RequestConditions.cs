using ImageStorage.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ImageStorage.AspNetCore.Endpoints;

/// <summary>Evaluates the conditional headers of a request, in the order of RFC 9110, section 13.2.2.</summary>
internal static class RequestConditions
{
    /// <summary>The outcome of the conditions of a read.</summary>
    public enum Outcome
    {
        /// <summary>The conditions hold: send the image.</summary>
        Send,

        /// <summary>The client has this version already.</summary>
        NotModified,

        /// <summary>A condition does not hold.</summary>
        Failed,
    }

    /// <summary>Returns whether a read has a condition that needs the record of the image.</summary>
    public static bool HasAny(IHeaderDictionary headers) =>
        headers.IfNoneMatch.Count + headers.IfModifiedSince.Count + headers.IfMatch.Count + headers.IfUnmodifiedSince.Count > 0;

    /// <summary>Evaluates the conditions of a read.</summary>
    public static Outcome OfRead(IHeaderDictionary headers, ImageInfo info)
    {
        if (headers.IfMatch.Count > 0 ? !Matches(headers.IfMatch, info.ETag, strong: true) : TryDate(headers.IfUnmodifiedSince, out var unmodified) && ModifiedAt(info) > unmodified)
        {
            return Outcome.Failed;
        }

        return headers.IfNoneMatch.Count > 0 ? Matches(headers.IfNoneMatch, info.ETag, strong: false) ? Outcome.NotModified : Outcome.Send
            : TryDate(headers.IfModifiedSince, out var modified) && ModifiedAt(info) <= modified ? Outcome.NotModified
            : Outcome.Send;
    }

    /// <summary>
    /// Returns whether the range of a request applies to a version: without <c>If-Range</c>, or with its ETag or its exact
    /// time.
    /// </summary>
    public static bool RangeApplies(IHeaderDictionary headers, ImageInfo info) =>
        headers.IfRange.Count == 0 || headers.IfRange.ToString() == QuotedETag(info.ETag) || (TryDate(headers.IfRange, out var date) && date == ModifiedAt(info));

    /// <summary>
    /// Evaluates the conditions of a write against the current version, and returns the precondition that lets the write
    /// happen only while this version is current; null without conditions.
    /// </summary>
    /// <exception cref="RequestRefusedException">A condition is not valid or does not hold.</exception>
    public static async ValueTask<Precondition?> OfWriteAsync(IHeaderDictionary headers, ImageKey key, IImageStorage images, CancellationToken cancellationToken)
    {
        var hasDate = TryDate(headers.IfUnmodifiedSince, out var unmodified) && headers.IfMatch.Count == 0;
        if (headers.IfMatch.Count + headers.IfNoneMatch.Count == 0 && !hasDate)
        {
            return null;
        }

        var info = await images.GetInfoAsync(key, cancellationToken).ConfigureAwait(false);
        var holds = (headers.IfMatch.Count == 0 || Matches(headers.IfMatch, info?.ETag, strong: true))
            & !(headers.IfNoneMatch.Count > 0 && Matches(headers.IfNoneMatch, info?.ETag, strong: false))
            & !(hasDate && info is not null && ModifiedAt(info) > unmodified);
        return holds
            ? info is null ? IfNoneMatch.Any : new IfMatch(info.ETag)
            : throw new RequestRefusedException(ProblemType.ConditionFailed, "The current version of the image does not meet the conditions of the request: read the image again.");
    }

    /// <summary>Returns an ETag as a header has it.</summary>
    public static string QuotedETag(ImageETag etag) => $"\"{etag.Value}\"";

    /// <summary>Returns the time of modification as a header has it: in whole seconds.</summary>
    public static DateTimeOffset ModifiedAt(ImageInfo info) => info.ModifiedAt.AddTicks(-(info.ModifiedAt.Ticks % TimeSpan.TicksPerSecond));

    private static bool Matches(StringValues header, ImageETag? current, bool strong)
    {
        if (!EntityTagHeaderValue.TryParseStrictList(header.ToArray()!, out var tags) || (tags.Count > 1 && tags.Contains(EntityTagHeaderValue.Any)))
        {
            throw new RequestRefusedException(ProblemType.InvalidCondition, "If-Match and If-None-Match take * or a list of ETags in double quotes.");
        }

        if (current is not { } etag)
        {
            return false;
        }

        var quoted = QuotedETag(etag);
        return tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || (tag.Tag.Equals(quoted, StringComparison.Ordinal) && !(strong && tag.IsWeak)));
    }

    // An invalid date is ignored (RFC 9110, sections 13.1.3 and 13.1.4).
    private static bool TryDate(StringValues header, out DateTimeOffset date)
    {
        date = default;
        return header.Count == 1 && HeaderUtilities.TryParseDate(header.ToString(), out date);
    }
}
