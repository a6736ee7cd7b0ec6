using ImageStorage.AspNetCore.Endpoints;
using ImageStorage.Providers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.AspNetCore.SignedUrls;

/// <summary>
/// Creates links: URLs of the provider where they show the image as it is, otherwise links to the endpoints of the
/// application. Thread-safe.
/// </summary>
internal sealed class ImageUrls(string store, IServiceProvider services) : IImageUrls
{
    private const int MaxNameLength = 255;
    private static readonly TimeSpan MaxProviderValidity = TimeSpan.FromDays(6);
    private readonly IOptionsMonitor<SignedUrlOptions> _options = services.GetRequiredService<IOptionsMonitor<SignedUrlOptions>>();
    private readonly TimeProvider _timeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System;
    private IReadUrlProvider? _provider;
    private string? _mapped;

    public async Task<ImageUrl> CreateAsync(ImageKey key, ImageUrlOptions? options = null, CancellationToken cancellationToken = default)
    {
        _ = key.Value;
        options ??= ImageUrlOptions.Default;
        Check(options);
        cancellationToken.ThrowIfCancellationRequested();
        var settings = _options.Get(store);
        var validFor = options.ValidFor ?? settings.ValidFor;
        var isPlain = options is { Action: ImageAction.Read, Version: null, DownloadName: null };
        if (settings.UseProviderUrls && isPlain && validFor <= MaxProviderValidity && FindProvider() is { } provider)
        {
            if (await provider.CreateReadUrlAsync(key, validFor, cancellationToken).ConfigureAwait(false) is { } signed)
            {
                return new ImageUrl { Url = signed.Url, ExpiresAt = signed.ExpiresAt };
            }

            if (settings.Keys.Count == 0)
            {
                throw new ImageNotFoundException($"There is no image '{key}' to create a link to, and the store has no key for links to images that do not exist yet.") { Key = key };
            }
        }

        return Sign(key, options, settings, validFor);
    }

    private ImageUrl Sign(ImageKey key, ImageUrlOptions options, SignedUrlOptions settings, TimeSpan validFor)
    {
        if (settings.Keys.Count == 0)
        {
            throw new InvalidOperationException($"{Described} has no key to sign links with: call WithSignedUrls(options => options.Keys.Add(new SignedUrlKey(\"1\", secret))).");
        }

        // The end is rounded up to a whole second, so that no link is valid for less than its time.
        var signer = settings.Keys[0];
        var expires = (_timeProvider.GetUtcNow() + validFor + TimeSpan.FromTicks(TimeSpan.TicksPerSecond - 1)).ToUnixTimeSeconds();
        var query = LinkText.Write(new LinkTerms(options.Action, store, key.Value, expires, signer.Id, options.Version?.Value ?? string.Empty, options.DownloadName ?? string.Empty), signer.Secret);
        var address = settings.BaseUrl is { } configured ? SignedUrlOptionsValidator.BaseOf(configured)! : _mapped ??= FindEndpoints();
        return new ImageUrl { Url = new Uri($"{address}/{KeyPath.Encode(key)}?{query}", UriKind.RelativeOrAbsolute), ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(expires) };
    }

    private IReadUrlProvider? FindProvider()
    {
        if (_provider is not null)
        {
            return _provider;
        }

        // A store with the first available of several providers knows its abilities after the choice.
        return _provider = services.GetRequiredKeyedService<IImageStorage>(store).Capabilities.SignedUrls
            ? services.GetRequiredKeyedService<IImageProvider>(store).GetAbility<IReadUrlProvider>()
            : null;
    }

    private string FindEndpoints()
    {
        var endpoints = services.GetService<EndpointDataSource>()?.Endpoints ?? [];
        var mapped = endpoints.OfType<RouteEndpoint>().FirstOrDefault(endpoint => endpoint.Metadata.GetMetadata<ImageEndpointMetadata>() is { Access: ImageAccess.Signed } metadata && metadata.Store == store);
        return mapped is not null && mapped.RoutePattern.Parameters.Count == 1 && mapped.RoutePattern.RawText is { } pattern
            ? $"/{pattern[..pattern.LastIndexOf('{')].Trim('/')}".TrimEnd('/')
            : throw new InvalidOperationException($"{Described} has no endpoints for signed links in this application: call MapImages(\"/images\", ImageAccess.Signed), or set SignedUrlOptions.BaseUrl.");
    }

    private string Described => store.Length == 0 ? "The image store" : $"The image store '{store}'";

    private static void Check(ImageUrlOptions options)
    {
        if (!Enum.IsDefined(options.Action))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Action, "ImageUrlOptions.Action must be a member of ImageAction.");
        }

        if (options.ValidFor is { } validFor && (validFor < SignedUrlOptionsValidator.MinValidity || validFor > SignedUrlOptionsValidator.MaxValidity))
        {
            throw new ArgumentOutOfRangeException(nameof(options), validFor, "ImageUrlOptions.ValidFor must be 1 second to 366 days.");
        }

        if (options.DownloadName is { } name && (name.Length is 0 or > MaxNameLength || name.AsSpan().ContainsAny('/', '\\') || name.Any(char.IsControl) || !IsWellFormed(name)))
        {
            throw new ArgumentException($"ImageUrlOptions.DownloadName must have 1 to {MaxNameLength} characters, without control characters and path separators.", nameof(options));
        }

        if ((options.Version is not null || options.DownloadName is not null) && options.Action != ImageAction.Read)
        {
            throw new ArgumentException("ImageUrlOptions.Version and DownloadName are options of links to read.", nameof(options));
        }
    }

    private static bool IsWellFormed(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == 0xFFFD)
            {
                return false;
            }
        }

        return true;
    }
}
