using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Serving;

namespace ImageStorage.Tool.Commands;

/// <summary>The command <c>serve</c>: serves the images of a store to programs of this machine, until it is ended.</summary>
internal sealed class ServeCommand : StoreCommand
{
    private readonly Option<int> _port = new("--port", "-p")
    {
        Description = "The port; without it, the system chooses a free port",
        HelpName = "N",
        CustomParser = ParsePort,
    };

    public ServeCommand(ToolConsole console)
        : base(console, "serve", "Serves the images of the store over HTTP, read-only and to this machine alone, until Ctrl+C.") => Options.Add(_port);

    protected override async Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var store = Open(arguments);
        await store.EnsureExistsAsync(cancellationToken);
        await using var server = await ImageServer.StartAsync(store.Images, arguments.GetValue(_port), cancellationToken);
        if (IsJson(arguments))
        {
            await JsonOutput.WriteAsync(Console, json => Write(json, server.Address), cancellationToken);
        }
        else
        {
            Console.Out.WriteLine($"Serving images read-only at {server.Address}KEY. Press Ctrl+C to end.");
        }

        await server.WaitAsync(cancellationToken);
        return ExitCode.Success;
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, Uri address)
    {
        json.WriteStartObject();
        json.WriteString("address", address.ToString());
        json.WriteEndObject();
    }

    private static int ParsePort(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535)
        {
            return port;
        }

        result.AddError($"'{result.Tokens[0].Value}' is not a port: give a whole number from 1 to 65535.");
        return 0;
    }
}
