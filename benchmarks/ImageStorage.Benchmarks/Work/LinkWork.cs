using System.Security.Cryptography;
using ImageStorage.AspNetCore.SignedUrls;
using Microsoft.Extensions.Options;

namespace ImageStorage.Benchmarks.Work;

/// <summary>Signing and verifying links, compared with one hash of as many bytes as a signature covers.</summary>
internal sealed class LinkWork
{
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _signed;
    private readonly ImageKey _key = "users/42/pictures/summer/beach.jpg";
    private readonly LinkTerms _terms;
    private readonly string _query;
    private readonly LinkVerifier _verifier;

    public LinkWork()
    {
        var options = new SignedUrlOptions();
        options.Keys.Add(new SignedUrlKey("2026-03", _secret));
        _terms = new LinkTerms(ImageAction.Read, string.Empty, _key.Value, DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds(), "2026-03", string.Empty, string.Empty);
        _query = $"?{LinkText.Write(_terms, _secret)}";
        _verifier = new LinkVerifier(string.Empty, new FixedOptions(options), TimeProvider.System);

        // Ten lengths and the fields.
        _signed = new byte[(10 * sizeof(int)) + "imagestorage-link1read".Length + _key.Value.Length + 10 + "2026-03".Length];
    }

    public Task HashAsync(int count)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        for (var i = 0; i < count; i++)
        {
            HMACSHA256.HashData(_secret, _signed, hash);
        }

        return Task.CompletedTask;
    }

    public Task CreateAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _ = LinkText.Write(_terms, _secret);
        }

        return Task.CompletedTask;
    }

    public Task VerifyAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _ = _verifier.Verify(_key, ImageAction.Read, _query);
        }

        return Task.CompletedTask;
    }

    private sealed class FixedOptions(SignedUrlOptions options) : IOptionsMonitor<SignedUrlOptions>
    {
        public SignedUrlOptions CurrentValue => options;

        public SignedUrlOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<SignedUrlOptions, string?> listener) => null;
    }
}
