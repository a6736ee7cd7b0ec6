using ImageStorage.AspNetCore.Problems;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ImageStorage.AspNetCore.Endpoints;

/// <summary>
/// The one file of a form (<c>multipart/form-data</c>, RFC 7578), as a stream. The end of the file is reported only when the
/// rest of the form is known to be sound, so a form with a second file stores nothing. For one reader at a time.
/// </summary>
internal sealed class FormUpload : ReadOnlyStream
{
    private const int MaxFields = 32;
    private const int MaxBoundaryLength = 70;
    private readonly MultipartReader _form;
    private readonly long _maxLength;
    private readonly int _maxFieldBytes;
    private Stream _file = Null;
    private int _fields;
    private int _fieldBytes;
    private long _length;

    private FormUpload(MultipartReader form, long maxLength, int maxFieldBytes) => (_form, _maxLength, _maxFieldBytes) = (form, maxLength, maxFieldBytes);

    /// <summary>Gets the content type that the form declares; null for none.</summary>
    public string? ContentType { get; private set; }

    /// <summary>Gets the name of the file.</summary>
    public string? FileName { get; private set; }

    /// <summary>Reads a form up to its file.</summary>
    /// <exception cref="RequestRefusedException">The body is no form, or has no file.</exception>
    public static async Task<FormUpload> OpenAsync(string? contentType, Stream body, long maxLength, int maxFieldBytes)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw new RequestRefusedException(ProblemType.UnsupportedType, "A POST takes a form (multipart/form-data) with one file: send the form, or the image itself with PUT.");
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        if (boundary.Length is 0 or > MaxBoundaryLength)
        {
            throw Refused("has no valid boundary in its content type");
        }

        var upload = new FormUpload(new MultipartReader(boundary.ToString(), body), maxLength, maxFieldBytes);
        return await upload.FindFileAsync().ConfigureAwait(false) ? upload : throw Refused("has no file");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await GuardAsync(static (form, buffer, token) => form._file.ReadAsync(buffer, token), buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0 && buffer.Length > 0 && _file != Null)
        {
            if (await FindFileAsync().ConfigureAwait(false))
            {
                throw Refused("has more than one file");
            }

            _file = Null;
        }

        return (_length += read) <= _maxLength ? read : throw UploadStream.TooLarge(_maxLength);
    }

    /// <summary>Skips fields up to the next file; returns whether there is a file.</summary>
    private async Task<bool> FindFileAsync()
    {
        while (await GuardAsync(static (form, _, token) => new ValueTask<MultipartSection?>(form._form.ReadNextSectionAsync(token)), default, CancellationToken.None).ConfigureAwait(false) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase))
            {
                throw Refused("has a part without 'Content-Disposition: form-data'");
            }

            var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
            if (name.Length > 0)
            {
                (_file, ContentType, FileName) = (section.Body, section.ContentType, name.ToString());
                return true;
            }

            await SkipAsync(section.Body).ConfigureAwait(false);
        }

        return false;
    }

    private async Task SkipAsync(Stream field)
    {
        if (++_fields > MaxFields)
        {
            throw Refused($"has more than {MaxFields} fields");
        }

        var buffer = new byte[1024];
        int read;
        while ((read = await GuardAsync((_, _, token) => field.ReadAsync(buffer, token), default, CancellationToken.None).ConfigureAwait(false)) > 0)
        {
            if ((_fieldBytes += read) > _maxFieldBytes)
            {
                throw Refused($"has fields of more than {_maxFieldBytes} bytes");
            }
        }
    }

    // The reader reports an invalid form as invalid data, and an early end as an I/O error.
    private async ValueTask<T> GuardAsync<T>(Func<FormUpload, Memory<byte>, CancellationToken, ValueTask<T>> read, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await read(this, buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            throw Refused("is not valid, or has headers that are too long");
        }
        catch (IOException exception) when (exception is not Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            throw Refused("ends too early");
        }
    }

    private static RequestRefusedException Refused(string reason) => new(ProblemType.InvalidForm, $"The form {reason}: send one file, as a browser does.");
}
