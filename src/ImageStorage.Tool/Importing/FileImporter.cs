using System.Security.Cryptography;
using ImageStorage.Tool.Files;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Importing;

/// <summary>Imports one file into a store.</summary>
internal sealed class FileImporter(IImageStorage images, string root, ImportSettings settings)
{
    private readonly KeyClaims _claims = new(root);

    public async Task<ImportResult> ImportAsync(ImportCandidate candidate, CancellationToken cancellationToken)
    {
        try
        {
            return candidate switch
            {
                { IsUndecodable: true } => ImportResult.Refused(candidate.Path, ImportProblem.UndecodableName, "Its name is not valid UTF-8, and keys are text: rename it."),
                { File: { } file } => await ImportAsync(candidate.Path, Resolve(file), cancellationToken),
                _ => ImportResult.Failed(candidate.Path, FailureReport.Describe(candidate.Failure!)),
            };
        }
        catch (ImageValidationException exception)
        {
            return ImportRefusal.Of(candidate.Path, exception);
        }

        // A store that is full, unreachable or refuses writes would fail for every other file too, so these failures end
        // the import. The failure of one image has its key.
        catch (Exception exception) when (FailureReport.IsExpected(exception) && exception is not (StorageFullException or StorageUnavailableException or OutputClosedException or StorageNotSupportedException { Key: null } or StorageCorruptedException { Key: null }))
        {
            return ImportResult.Failed(candidate.Path, FailureReport.Describe(exception));
        }
    }

    private async Task<ImportResult> ImportAsync(string path, FileInfo file, CancellationToken cancellationToken)
    {
        if (file.Length == 0)
        {
            // Pipes and devices have this length too, and opening a pipe may block forever.
            return settings.OnlyImages && !ImageNames.IsImage(path, Stream.Null)
                ? new ImportResult(path, ImportOutcome.Ignored)
                : ImportResult.Refused(path, ImportProblem.Empty, "It is empty.");
        }

        await using var content = LocalFile.OpenRead(file.FullName);
        if (settings.OnlyImages && !ImageNames.IsImage(path, content))
        {
            return new ImportResult(path, ImportOutcome.Ignored);
        }

        var normalized = KeyText.Normalize(path);
        var key = new ImageKey(settings.Prefix + (Path.DirectorySeparatorChar == '/' ? normalized : normalized.Replace(Path.DirectorySeparatorChar, '/')));
        return _claims.TryClaim(path, normalized)
            ? await ImportAsync(path, key, file, content, cancellationToken)
            : ImportResult.Refused(path, ImportProblem.SameKey, "Another file has the same name in another Unicode normalization, and so the same key: rename one of them.");
    }

    private async Task<ImportResult> ImportAsync(string path, ImageKey key, FileInfo file, FileStream content, CancellationToken cancellationToken)
    {
        var known = await images.GetInfoAsync(key, cancellationToken);
        if (known is not null && await CompareAsync(path, known, content, cancellationToken) is { } decided)
        {
            return decided;
        }

        var overwrites = settings.Existing == ExistingImages.Overwrite;
        var options = new SaveOptions
        {
            FileName = Path.GetFileName(path),
            CreatedAt = settings.KeepTimes ? file.LastWriteTimeUtc : null,
            Precondition = overwrites ? null : IfNoneMatch.Any,
        };
        try
        {
            var stored = await images.SaveAsync(key, content, options, cancellationToken);
            return new ImportResult(path, known is not null ? ImportOutcome.Replaced : ImportOutcome.Stored, stored.Length);
        }
        catch (ImageConflictException)
        {
            // Another process stored an image under the key in the meantime.
            content.Position = 0;
            known = await images.GetInfoAsync(key, cancellationToken);
            return known is null ? Different(path) : await CompareAsync(path, known, content, cancellationToken) ?? Different(path);
        }
    }

    /// <summary>Compares the file with the image under its key. Returns null if the file replaces the image.</summary>
    private async Task<ImportResult?> CompareAsync(string path, ImageInfo known, FileStream content, CancellationToken cancellationToken)
    {
        if (settings.Existing == ExistingImages.Keep)
        {
            return new ImportResult(path, ImportOutcome.Existing, known.Length);
        }

        if (known.Length == content.Length && await IsSameAsync(known, content, cancellationToken))
        {
            return new ImportResult(path, ImportOutcome.Unchanged, known.Length);
        }

        return settings.Existing == ExistingImages.Overwrite ? null : Different(path);
    }

    private static async Task<bool> IsSameAsync(ImageInfo known, FileStream content, CancellationToken cancellationToken)
    {
        if (known.Sha256 is not { } stored)
        {
            // Saved without an identity to compare: treat the image as different rather than guess.
            return false;
        }

        var hash = await SHA256.HashDataAsync(content, cancellationToken);
        content.Position = 0;
        return new Sha256Digest(hash) == stored;
    }

    private static ImportResult Different(string path) => ImportResult.Refused(path, ImportProblem.Different, "The store has another image under its key.");

    /// <summary>Returns the target of a link to a file; the file is imported under the name of the link.</summary>
    private static FileInfo Resolve(FileInfo file) => file.LinkTarget is null
        ? file
        : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo is { Exists: true } target ? target : throw new ToolException("It is a link that leads nowhere.");
}
