using ImageStorage.Formats;
using ImageStorage.Providers;

namespace ImageStorage.Store.Validation;

/// <summary>
/// Decides whether an image is accepted: detects the format, checks the header, and applies the limits to the image and
/// its frames. Never decodes. Most images are decided by their first bytes, before anything is written. For other
/// images the rest is read while the content streams, and a refusal comes before the commit.
/// </summary>
internal sealed class ContentValidator
{
    private const int FirstHeadLength = 4096;

    // The maximum length of the buffer from which the formats of an application read their header.
    private const int MaxBufferedHead = 512 << 10;

    private readonly ValidationOptions _options;
    private readonly ImageFormat[] _formats;

    public ContentValidator(ValidationOptions options)
    {
        _options = options;
        var allowed = options.AllowedContentTypes;
        _formats = [.. options.GetFormats().Where(format => allowed is null or { Count: 0 } || allowed.Any(type => ContentTypeNames.AreSame(type, format.ContentType)))];
    }

    public IEnumerable<string> ContentTypes => _formats.Select(format => format.ContentType).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks the first bytes, and attaches an inspector to the content for the remaining bytes.</summary>
    /// <returns>
    /// The format, and the header with its facts. What becomes known only while the content is read is pending.
    /// </returns>
    public async ValueTask<(ImageFormat Format, ImageHeaderResult Result, PendingHeader? Pending)> ValidateAsync(ImageKey key, IntakeContent content, string? declaredContentType, CancellationToken cancellationToken)
    {
        var head = await content.ReadHeadAsync(FirstHeadLength, cancellationToken).ConfigureAwait(false);
        if (head.IsEmpty)
        {
            throw Refused(key, ImageValidationKind.NotAnImage, "it is empty (a source is read from its current position: rewind a stream that was read before)");
        }

        var format = DetectFormat(key, head.Span);
        CheckDeclaredType(key, format, declaredContentType);
        if (format is ScannedFormat scanned)
        {
            var (result, pending) = Scan(key, scanned, content, head.Span);
            return (format, result, pending);
        }

        return (format, await ReadBufferedAsync(key, format, content, head, cancellationToken).ConfigureAwait(false), null);
    }

    /// <summary>Returns whether a result has a header; false if more bytes are needed.</summary>
    /// <exception cref="ImageValidationException">The image is refused.</exception>
    public bool Check(ImageKey key, ImageFormat format, ImageHeaderResult result)
    {
        switch (result.State)
        {
            case ImageHeaderState.Complete:
                CheckPixels(key, format, result);
                return true;
            case ImageHeaderState.NeedMore when result.RequiredLength <= _options.MaxHeaderLength:
                return false;
            case ImageHeaderState.NeedMore:
                throw Refused(key, ImageValidationKind.TooLarge, $"its {format.Name} header does not end within {_options.MaxHeaderLength} bytes (Validation.MaxHeaderLength)");
            case ImageHeaderState.Unsupported:
                throw Refused(key, ImageValidationKind.UnsupportedType, result.Reason);
            default:
                throw Refused(key, ImageValidationKind.NotAnImage, $"its {format.Name} header is not sound: {result.Reason}");
        }
    }

    private (ImageHeaderResult Result, PendingHeader? Pending) Scan(ImageKey key, ScannedFormat format, IntakeContent content, ReadOnlySpan<byte> head)
    {
        var scanner = format.Rent(content.Length);
        var isOwned = true;
        try
        {
            scanner.Feed(head);
            if (content.Ended)
            {
                scanner.End(head.Length);
            }

            var result = scanner.Result;
            var isKnown = Check(key, format, result);
            if (isKnown && scanner.IsFinished && (content.Ended || content.Length is not null))
            {
                return (result, null);
            }

            // A finished scanner still checks at the end that the content is not cut off.
            var isFinal = isKnown && scanner.IsFinished && result.FrameCount is not null;
            var pending = isFinal ? null : new PendingHeader();
            var inspector = new ContentInspector(this, key, format, scanner, content.Length, pending);
            inspector.Skip(head.Length);
            content.Inspector = inspector;
            isOwned = false;
            return (result, pending);
        }
        finally
        {
            if (isOwned)
            {
                format.Return(scanner);
            }
        }
    }

    /// <summary>Reads the header by a format of the application, from one buffer.</summary>
    private async ValueTask<ImageHeaderResult> ReadBufferedAsync(ImageKey key, ImageFormat format, IntakeContent content, ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        var max = Math.Min(_options.MaxHeaderLength, MaxBufferedHead);
        while (true)
        {
            var result = format.ReadHeader(head.Span, content.Ended, content.Length);
            if (Check(key, format, result))
            {
                return result;
            }

            if (result.RequiredLength > max)
            {
                throw Refused(key, ImageValidationKind.TooLarge, $"its {format.Name} header does not end within the {max} bytes that a format of the application may read");
            }

            // Doubling limits the number of attempts for headers of many small parts.
            if (result.RequiredLength <= head.Length)
            {
                throw new InvalidOperationException($"The image format {format.Name} requires {result.RequiredLength} bytes of header, but was given {head.Length}: a format must require more bytes than it was given, or decide.");
            }

            head = await content.ReadHeadAsync((int)Math.Max(result.RequiredLength, Math.Min(head.Length * 2L, max)), cancellationToken).ConfigureAwait(false);
        }
    }

    private ImageFormat DetectFormat(ImageKey key, ReadOnlySpan<byte> head)
    {
        if (ImageSniffer.Detect(_formats, head) is { } format)
        {
            return format;
        }

        var guess = ImageSniffer.Guess(head);
        throw Refused(key, guess.IsKnownType ? ImageValidationKind.UnsupportedType : ImageValidationKind.NotAnImage, $"{guess.Text}; accepted are {string.Join(", ", ContentTypes)} (Validation.AllowedContentTypes)");
    }

    private static void CheckDeclaredType(ImageKey key, ImageFormat format, string? declared)
    {
        if (ContentTypeNames.Normalize(declared) is { } type && type != format.ContentType)
        {
            throw Refused(key, ImageValidationKind.TypeMismatch, $"it was declared as {KeyRules.Describe(declared)}, but its bytes are {format.ContentType}");
        }
    }

    private void CheckPixels(ImageKey key, ImageFormat format, ImageHeaderResult result)
    {
        if (result.Header.PixelCount > _options.MaxPixels)
        {
            throw Refused(key, ImageValidationKind.TooManyPixels, $"its {format.Name} header declares {result.Header.Width} x {result.Header.Height} pixels, more than the {_options.MaxPixels} allowed (Validation.MaxPixels)");
        }

        if (result.Largest.PixelCount > _options.MaxPixels)
        {
            throw Refused(key, ImageValidationKind.TooManyPixels, $"it is a {format.Name} of {result.Header.Width} x {result.Header.Height} pixels with a frame or an item of {result.Largest.Width} x {result.Largest.Height}, more than the {_options.MaxPixels} allowed (Validation.MaxPixels)");
        }
    }

    private static ImageValidationException Refused(ImageKey key, ImageValidationKind kind, string reason) => new(kind, $"Image '{key}' was refused: {reason}. Nothing was stored.") { Key = key, Reason = reason };
}
