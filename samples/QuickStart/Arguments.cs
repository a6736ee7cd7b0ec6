namespace QuickStart;

/// <summary>The arguments of the command line.</summary>
/// <param name="Folder">The folder whose files are stored; null to paint some pictures.</param>
/// <param name="Store">The name of the store; null for a temporary one.</param>
internal sealed record Arguments(string? Folder, string? Store)
{
    private const string Usage = $"""
        Stores images, lists them, reads them back and compares every byte.

        dotnet run --project samples/QuickStart [-- [FOLDER] [--store STORE]]

          FOLDER         stores the files of this folder; without it the sample paints some pictures
          --store STORE  keeps the images: {StorePlace.Syntax}; without it the store is temporary
          --help         prints this text
        """;

    /// <summary>Reads the command line. If there is nothing to run, prints the reason and sets the exit code.</summary>
    public static bool TryParse(string[] args, out Arguments arguments, out int exitCode)
    {
        arguments = new Arguments(null, null);
        exitCode = 2;
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h" or "-?":
                    Console.WriteLine(Usage);
                    exitCode = 0;
                    return false;
                case "--store" when i + 1 == args.Length:
                    return Refuse("--store needs a name after it.");
                case "--store" when StorePlace.WhyNot(args[i + 1]) is { } reason:
                    return Refuse(reason);
                case "--store":
                    arguments = arguments with { Store = args[++i] };
                    break;
                case ['-', ..]:
                    return Refuse($"'{args[i]}' is not an option.");
                case var folder when !Directory.Exists(folder):
                    return Refuse($"There is no folder '{folder}'.");
                case var folder when arguments.Folder is null:
                    arguments = arguments with { Folder = folder };
                    break;
                default:
                    return Refuse($"'{args[i]}' is a second folder: name one.");
            }
        }

        return true;
    }

    private static bool Refuse(string reason)
    {
        Console.Error.WriteLine(reason);
        Console.Error.WriteLine();
        Console.Error.WriteLine(Usage);
        return false;
    }
}
