using ImageStorage.Content;
using ImageStorage.Errors;
using ImageStorage.Formats;

namespace ImageStorage.Validation;

/// <summary>
/// Decides from the first bytes whether an image is accepted, before anything is written: which format it is, whether
/// its header is sound, and whether its size is within the limits. Never decodes.
/// </summary>
internal sealed class ContentValidator
{
    private const int FirstHeadLength = 4096;
    private readonly ValidationOptions _options;
    private readonly ImageFormat[] _formats;

    public ContentValidator(ValidationOptions options)
    {
        _options = options;
        var allowed = options.AllowedContentTypes;
        _formats = [.. options.GetFormats().Where(format => allowed is null or { Count: 0 } || allowed.Contains(format.ContentType, StringComparer.OrdinalIgnoreCase))];
    }

    public IEnumerable<string> ContentTypes => _formats.Select(format => format.ContentType).Distinct(StringComparer.OrdinalIgnoreCase);

    public async ValueTask<(ImageFormat Format, ImageHeader Header)> ValidateAsync(ImageKey key, IntakeContent content, string? declaredContentType, CancellationToken cancellationToken)
    {
        var needed = FirstHeadLength;
        while (true)
        {
            var head = await content.ReadHeadAsync(needed, cancellationToken).ConfigureAwait(false);
            if (head.IsEmpty)
            {
                throw Refused(key, ImageValidationKind.NotAnImage, "it is empty (a source is read from where it stands: rewind a stream that was read before)");
            }

            var format = Recognise(key, head.Span);
            var result = format.ReadHeader(head.Span, content.Ended, content.Length);
            if (result.State == ImageHeaderState.Complete)
            {
                CheckDeclaredType(key, format, declaredContentType);
                CheckPixels(key, format, result.Header);
                if (content.Length is null && !content.Ended)
                {
                    // Whether the image was cut off shows only when its length is known.
                    content.EndCheck = (head, length) => CheckWithLength(key, format, head.Span, length);
                }

                return (format, result.Header);
            }

            if (result.State == ImageHeaderState.Invalid)
            {
                throw Refused(key, ImageValidationKind.NotAnImage, $"its {format.Name} header is not sound: {result.Reason}");
            }

            if (result.RequiredLength > _options.MaxHeaderLength)
            {
                throw Refused(key, ImageValidationKind.NotAnImage, $"its {format.Name} header does not end within {_options.MaxHeaderLength} bytes (Validation.MaxHeaderLength)");
            }

            // Growing by doubling keeps the number of tries small for headers that lead on piece by piece.
            if (result.RequiredLength <= head.Length)
            {
                throw new InvalidOperationException($"The image format {format.Name} asks for {result.RequiredLength} bytes of header though it was given {head.Length}; a format must ask for more than it has, or decide.");
            }

            needed = (int)Math.Max(result.RequiredLength, Math.Min(head.Length * 2L, _options.MaxHeaderLength));
        }
    }

    private static void CheckWithLength(ImageKey key, ImageFormat format, ReadOnlySpan<byte> head, long length)
    {
        var result = format.ReadHeader(head, contentEnds: false, length);
        if (result.State == ImageHeaderState.Invalid)
        {
            throw Refused(key, ImageValidationKind.NotAnImage, $"its {format.Name} header is not sound: {result.Reason}");
        }
    }

    private ImageFormat Recognise(ImageKey key, ReadOnlySpan<byte> head) =>
        ImageSniffer.Detect(_formats, head) ?? throw Refused(key, ImageValidationKind.UnsupportedType, $"{ImageSniffer.Describe(head)}; accepted are {string.Join(", ", ContentTypes)} (Validation.AllowedContentTypes)");

    private static void CheckDeclaredType(ImageKey key, ImageFormat format, string? declared)
    {
        // "image/jpeg; charset=…" declares image/jpeg, and image/jpg is what many browsers and people write.
        var type = declared.AsSpan();
        var parameters = type.IndexOf(';');
        type = (parameters < 0 ? type : type[..parameters]).Trim();
        if (type.Equals("image/jpg", StringComparison.OrdinalIgnoreCase))
        {
            type = "image/jpeg";
        }

        if (declared is not null && !type.Equals(format.ContentType, StringComparison.OrdinalIgnoreCase))
        {
            throw Refused(key, ImageValidationKind.TypeMismatch, $"it was declared as {KeyRules.Describe(declared)}, but its bytes are {format.ContentType}");
        }
    }

    private void CheckPixels(ImageKey key, ImageFormat format, ImageHeader header)
    {
        if (header.PixelCount > _options.MaxPixels)
        {
            throw Refused(key, ImageValidationKind.TooManyPixels, $"its {format.Name} header declares {header.Width} x {header.Height} pixels, more than the {_options.MaxPixels} allowed (Validation.MaxPixels)");
        }
    }

    private static ImageValidationException Refused(ImageKey key, ImageValidationKind kind, string reason) => new(kind, $"Image '{key}' was refused: {reason}. Nothing was stored.") { Key = key, Reason = reason };
}
