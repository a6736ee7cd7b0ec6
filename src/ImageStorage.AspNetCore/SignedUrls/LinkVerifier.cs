using ImageStorage.AspNetCore.Problems;
using Microsoft.Extensions.Options;

namespace ImageStorage.AspNetCore.SignedUrls;

/// <summary>Verifies the links of a store. Thread-safe.</summary>
internal sealed class LinkVerifier(string store, IOptionsMonitor<SignedUrlOptions> options, TimeProvider timeProvider)
{
    private const string Remedy = "ask the application for a new link";

    /// <summary>Returns what a valid link says.</summary>
    /// <param name="key">The image of the request.</param>
    /// <param name="action">What the request does.</param>
    /// <param name="query">The query of the request as the client sent it, with its question mark; null or empty for
    /// none.</param>
    /// <exception cref="RequestRefusedException">The link is not valid for this request.</exception>
    public SignedLink Verify(ImageKey key, ImageAction action, string? query)
    {
        if (string.IsNullOrEmpty(query))
        {
            throw new RequestRefusedException(ProblemType.LinkInvalid, $"The image needs a signed link: {Remedy}.");
        }

        var text = query.AsSpan(1);
        if (!LinkText.TryRead(text, out var stated) || SecretOf(stated.KeyId) is not { } secret
            || !LinkText.AreEqual(text, LinkText.Write(new LinkTerms(action, store, key.Value, stated.Expires, stated.KeyId, stated.Version, stated.DownloadName), secret)))
        {
            throw new RequestRefusedException(ProblemType.LinkInvalid, $"The signature of the link does not fit the request, or the link was revoked: {Remedy}.");
        }

        var remaining = TimeSpan.FromMilliseconds((stated.Expires * 1000) - timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
        return remaining > TimeSpan.Zero
            ? new SignedLink(remaining, stated.Version.Length == 0 ? null : new ImageETag(stated.Version), stated.DownloadName.Length == 0 ? null : stated.DownloadName)
            : throw new RequestRefusedException(ProblemType.LinkExpired, $"The link has expired: {Remedy}.");
    }

    private byte[]? SecretOf(string keyId)
    {
        foreach (var key in options.Get(store).Keys)
        {
            if (key.Id == keyId)
            {
                return key.Secret;
            }
        }

        return null;
    }
}
