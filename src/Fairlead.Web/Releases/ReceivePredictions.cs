using Fairlead.Releases;
using Fairlead.Serving.Log;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fairlead.Web.Releases;

/// <summary>Takes pieces of the prediction log that model servers ship: PUT {path}/{project}/{instance}/{segment}?offset=N.</summary>
public static class ReceivePredictions
{
    /// <summary>Path of the receiver; a model server is told <c>--ship http://HOST:PORT/api/predictions</c>.</summary>
    public const string Path = "/api/predictions";

    /// <param name="projectIdOf">Id of a project by its name on the wire; null when there is none.</param>
    public static void Map(IEndpointRouteBuilder routes, PredictionStore store, Func<string, string?> projectIdOf) =>
        routes.MapPut(Path + "/{project}/{instance}/{segment}", async (HttpContext context, string project, string instance, uint segment, long offset) =>
        {
            if (projectIdOf(project) is not { } id)
            {
                return Results.Problem($"No project named \"{project}\" is known here.", statusCode: StatusCodes.Status404NotFound);
            }

            if (context.Request.ContentLength is not (>= 0 and <= LogShipper.PieceBytesMax and var length))
            {
                return Results.Problem($"A piece has a length, of at most {LogShipper.PieceBytesMax} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);
            }

            var piece = new byte[length];
            await context.Request.Body.ReadExactlyAsync(piece, context.RequestAborted);
            try
            {
                var outcome = store.Receive(id, instance, segment, offset, piece);
                var (have, status) = outcome switch
                {
                    PredictionStore.Outcome.Received received => (received.Have, StatusCodes.Status200OK),
                    PredictionStore.Outcome.Gap gap => (gap.Have, StatusCodes.Status409Conflict),
                    PredictionStore.Outcome.Differs differs => (differs.Have, StatusCodes.Status409Conflict),
                    _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
                };
                context.Response.Headers[LogShipper.HaveHeader] = have.ToString(System.Globalization.CultureInfo.InvariantCulture);
                return Results.StatusCode(status);
            }
            catch (FaultException fault)
            {
                return Results.Problem(fault.Message, statusCode: StatusCodes.Status400BadRequest);
            }
        });
}
