using System.Security.Cryptography;
using ImageStorage.Errors;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Importing;

/// <summary>Brings one file into a store, unless it is there already.</summary>
internal sealed class FileImporter(IImageStorage images, string root, bool keepTimes)
{
    private readonly KeyClaims _claims = new(root);

    public async Task<ImportResult> ImportAsync(ImportCandidate candidate, CancellationToken cancellationToken)
    {
        try
        {
            return candidate.File is { } file
                ? await ImportAsync(candidate.Path, Resolve(file), cancellationToken)
                : new ImportResult(candidate.Path, ImportOutcome.Failed, Reason: FailureReport.Describe(candidate.Failure!));
        }
        catch (ImageValidationException exception)
        {
            return new ImportResult(candidate.Path, ImportOutcome.Refused, Reason: Reason(exception));
        }

        // A full or unreachable store would fail for every other file too, so those two end the import.
        catch (Exception exception) when (FailureReport.IsExpected(exception) && exception is not (StorageFullException or StorageUnavailableException))
        {
            return new ImportResult(candidate.Path, ImportOutcome.Failed, Reason: FailureReport.Describe(exception));
        }
    }

    private async Task<ImportResult> ImportAsync(string path, FileInfo file, CancellationToken cancellationToken)
    {
        var normalized = KeyText.Normalize(path);
        var key = new ImageKey(Path.DirectorySeparatorChar == '/' ? normalized : normalized.Replace(Path.DirectorySeparatorChar, '/'));
        if (file.Length == 0)
        {
            // Also what pipes and devices look like, and to open a pipe may wait for ever.
            return new ImportResult(path, ImportOutcome.Refused, Reason: "It is empty.");
        }

        if (!_claims.TryClaim(path, normalized))
        {
            return new ImportResult(path, ImportOutcome.Refused, Reason: "Another file has the same name in another Unicode normalization, and so the same key: rename one of them.");
        }

        await using var content = LocalFile.OpenRead(file.FullName);
        var known = await images.GetInfoAsync(key, cancellationToken);
        if (known is not null && known.Length == content.Length && await IsSameAsync(known, content, cancellationToken))
        {
            return new ImportResult(path, ImportOutcome.Skipped, known.Length);
        }

        var options = new SaveOptions { FileName = Path.GetFileName(path), CreatedAt = keepTimes ? file.LastWriteTimeUtc : null };
        var stored = await images.SaveAsync(key, content, options, cancellationToken);
        return new ImportResult(path, known is null ? ImportOutcome.Stored : ImportOutcome.Replaced, stored.Length);
    }

    private static async Task<bool> IsSameAsync(ImageInfo known, FileStream content, CancellationToken cancellationToken)
    {
        if (known.Sha256 is not { } stored)
        {
            // Saved without an identity to compare: store it again rather than guess.
            return false;
        }

        var hash = await SHA256.HashDataAsync(content, cancellationToken);
        content.Position = 0;
        return new Sha256Digest(hash) == stored;
    }

    /// <summary>The reason alone, as the report says which image and that nothing was stored.</summary>
    private static string Reason(ImageValidationException exception) => Printable.Line(exception.Reason is { } reason ? $"{reason}." : exception.Message);

    /// <summary>A link to a file stands for the file, under the name of the link.</summary>
    private static FileInfo Resolve(FileInfo file) => file.LinkTarget is null
        ? file
        : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo is { Exists: true } target ? target : throw new ToolException("It is a link that leads nowhere.");
}
